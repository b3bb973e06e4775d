namespace Firn.Python.Installation;

/// <summary>The files of one distribution.</summary>
internal sealed record DistributionFiles
{
    /// <summary>The files, each once for each row that names it; bytecode is not among them.</summary>
    public required IReadOnlyList<RecordedFile> Files { get; init; }

    /// <summary>Rows that name no file, such as <c>a//b</c> and <c>a/</c>: they belong to RECORD, and so to the environment's id.</summary>
    public IReadOnlyList<RecordedFile> OddRows { get; init; } = [];

    /// <summary>
    /// Files and folders, relative to the installation root, that belong to it where nobody else owns them: all that
    /// metadata without a list of files tells.
    /// </summary>
    public IReadOnlyList<string> Likely { get; init; } = [];

    /// <summary>Whether there is a RECORD.</summary>
    public bool HasRecord { get; init; }

    /// <summary>Whether RECORD lists bytecode.</summary>
    public bool RecordsBytecode { get; init; }
}
