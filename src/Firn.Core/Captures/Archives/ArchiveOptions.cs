namespace Firn.Captures.Archives;

/// <summary>What an archive holds.</summary>
internal sealed record ArchiveOptions
{
    /// <summary>Whether the operating system's interpreter is archived too.</summary>
    public bool WithInterpreter { get; init; }

    /// <summary>Whether every file is read, also where nothing says that it has changed.</summary>
    public bool ReadsAll { get; init; }
}
