using Firn.Captures.Archives;

namespace Firn.Restore.Planning;

/// <summary>Where one tree of an archive goes.</summary>
internal sealed record TreeTarget
{
    public required ArchivedTree Tree { get; init; }

    /// <summary>Its folder relative to the restored prefix; empty where it is the prefix itself.</summary>
    public required string Root { get; init; }

    /// <summary>Its prefix as its files name it: the final one, absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>Whether headers go to <c>include/pythonX.Y</c>, as in a whole Python, and not to <c>include/site</c>.</summary>
    public required bool IsWholePython { get; init; }

    /// <summary>What the tokens in its texts stand for.</summary>
    public required TokenText Tokens { get; init; }

    /// <summary>A path of the tree, relative to the restored prefix.</summary>
    public string Below(string path) => Root.Length == 0 ? path : $"{Root}/{path}";
}
