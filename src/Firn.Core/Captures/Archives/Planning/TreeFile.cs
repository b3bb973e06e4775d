using Firn.Captures.Archives.Unchanged;
using Firn.Common.Files;

namespace Firn.Captures.Archives.Planning;

/// <summary>A file or link below the root of a tree.</summary>
/// <param name="path">Relative to the tree's root, with forward slashes.</param>
/// <param name="stat">What the file system says of it.</param>
internal sealed class TreeFile(string path, FileStat stat)
{
    public string Path { get; } = path;

    public FileStat Stat { get; } = stat;

    /// <summary>Where its bytes are, absolute, where a link in its place leads out of the tree: it is archived as what it leads to.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// Of a link, the path in the tree that it leads to, where its own text does not tell that: one behind another link.
    /// </summary>
    public string? LinkTarget { get; init; }

    /// <summary>What became of it.</summary>
    public TreeFileUse Use { get; set; }

    /// <summary>The bundle that it is a member of.</summary>
    public PlannedBundle? Owner { get; set; }

    /// <summary>As which member.</summary>
    public PlannedMember? Member { get; set; }

    /// <summary>Adds its path and what the file system says of it.</summary>
    public void AddTo(StatFingerprint fingerprint)
    {
        fingerprint.Add(Path);
        fingerprint.Add(Stat);
    }
}
