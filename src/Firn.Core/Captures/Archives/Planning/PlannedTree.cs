namespace Firn.Captures.Archives.Planning;

/// <summary>A prefix of an archive to be: what the document will say of it, and the bundles that are to be made.</summary>
internal sealed class PlannedTree
{
    public required ArchivedTreeKind Kind { get; init; }

    /// <summary>The prefix, absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>Every absolute path by which the prefix is written in its files, <see cref="Prefix"/> first.</summary>
    public IReadOnlyList<string> Names { get; set; } = [];

    public required string PythonVersion { get; init; }

    public required string PythonFolder { get; init; }

    /// <summary>Relative to the prefix.</summary>
    public required string SitePackages { get; init; }

    public required string CacheTag { get; init; }

    /// <summary>Relative to the prefix.</summary>
    public required string Executable { get; init; }

    /// <summary>Relative to the base's prefix.</summary>
    public string? BaseExecutable { get; init; }

    /// <summary>The prefix itself, and folders elsewhere whose packages it sees.</summary>
    public List<InstalledTree> Sources { get; } = [];

    public List<PlannedBundle> Bundles { get; } = [];

    /// <summary>Texts that are no distribution's: activation scripts, <c>.pth</c> files.</summary>
    public List<PlannedText> Texts { get; } = [];

    public List<ArchivedLink> Links { get; } = [];
}
