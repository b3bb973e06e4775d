namespace Firn.Captures.Archives.Planning;

/// <summary>Folders of one prefix that belong to an archive.</summary>
/// <param name="Root">The prefix, absolute.</param>
/// <param name="Folders">Relative to it; <c>""</c> alone is all of it.</param>
/// <param name="IsExcluded">Paths below the prefix that are passed over, with what is below them.</param>
internal sealed record TreeSource(string Root, IReadOnlyList<string> Folders, Func<string, bool> IsExcluded)
{
    /// <summary>The kind of the environment, of its own source.</summary>
    public ArchivedTreeKind? Kind { get; init; }

    /// <summary>Whether all that lies there is archived, so that a link to what cannot be archived leaves something out.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The user's home folder, which no link brings into an archive.</summary>
    public string Home { get; init; } = string.Empty;

    /// <summary>Whether both mean the same folders; the kind stands for what is passed over.</summary>
    public bool IsSameAs(TreeSource other) =>
        Root == other.Root && Kind == other.Kind && Folders.SequenceEqual(other.Folders);
}
