using System.Collections.Immutable;

namespace Firn.Analyses.Projects;

/// <summary>A project as its <c>firn.yaml</c> says it, read and checked (docs/firn-yaml.md).</summary>
internal sealed record Project
{
    /// <summary>The file's name.</summary>
    public const string FileName = "firn.yaml";

    /// <summary>Where Firn keeps what belongs to the project, below <see cref="Folder"/>.</summary>
    public const string StateFolder = ".firn";

    /// <summary>The folder that holds <c>firn.yaml</c>, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>The project's name; the folder's where the file has none.</summary>
    public required string Name { get; init; }

    /// <summary>The environment of every analysis that names none; <see langword="null"/>: the one that is active.</summary>
    public EnvironmentChoice? Environment { get; init; }

    /// <summary>Folders for PYTHONPATH, relative to <see cref="Folder"/> or absolute, in their order.</summary>
    public ImmutableArray<string> PythonPath { get; init; } = [];

    /// <summary>Variables of every run, sorted by name; a value of <see langword="null"/> unsets one.</summary>
    public ImmutableSortedDictionary<string, string?> Variables { get; init; } =
        ImmutableSortedDictionary.Create<string, string?>(StringComparer.Ordinal);

    /// <summary>How many threads numeric libraries may use; <see langword="null"/>: not limited.</summary>
    public int? Threads { get; init; }

    /// <summary>The store's folder as written, relative to <see cref="Folder"/> or absolute.</summary>
    public string? Store { get; init; }

    /// <summary>Names and globs of files that are no code, since they hold secrets, beside those that Firn knows.</summary>
    public ImmutableArray<string> Secrets { get; init; } = [];

    /// <summary>Whether a run keeps the bytes of its environment.</summary>
    public bool IsArchived { get; init; } = true;

    /// <summary>Whether the archive also keeps a system's interpreter.</summary>
    public bool ArchivesInterpreter { get; init; }

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<AnalysisDefinition> Analyses { get; init; } = [];
}
