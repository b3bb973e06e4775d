using System.Collections.Immutable;

namespace Firn.Projects;

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

    /// <summary>Names and globs of files that are not code, since they hold secrets, beside those that Firn knows.</summary>
    public ImmutableArray<string> Secrets { get; init; } = [];

    /// <summary>Whether a run keeps the bytes of its environment.</summary>
    public bool IsArchived { get; init; } = true;

    /// <summary>Whether the archive also keeps a system's interpreter.</summary>
    public bool ArchivesInterpreter { get; init; }

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<AnalysisDefinition> Analyses { get; init; } = [];
}

/// <summary>One analysis of a project. What it does not say for itself has been taken from the project already.</summary>
internal sealed record AnalysisDefinition
{
    /// <summary>What is analysed.</summary>
    public required string Subject { get; init; }

    public required string Name { get; init; }

    /// <summary>Its name for people and on command lines, <c>SUBJECT/NAME</c>.</summary>
    public string Reference => $"{Subject}/{Name}";

    /// <summary>The program and its arguments; one text for a shell is <c>["sh", "-c", TEXT]</c> already.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>The command as it stands in the file, for people.</summary>
    public required string CommandText { get; init; }

    /// <summary>The references of the analyses that must have succeeded before.</summary>
    public ImmutableArray<string> Needs { get; init; } = [];

    /// <summary>Paths and globs relative to the project; default (not declared) is something else than empty.</summary>
    public ImmutableArray<string> Inputs { get; init; }

    /// <summary>Paths and globs relative to the project.</summary>
    public ImmutableArray<string> Outputs { get; init; } = [];

    /// <summary><see langword="null"/>: the environment that is active.</summary>
    public EnvironmentChoice? Environment { get; init; }

    /// <summary>Relative to the project's folder or absolute.</summary>
    public ImmutableArray<string> PythonPath { get; init; } = [];

    /// <summary>The project's and its own; a value of <see langword="null"/> unsets one.</summary>
    public ImmutableSortedDictionary<string, string?> Variables { get; init; } =
        ImmutableSortedDictionary.Create<string, string?>(StringComparer.Ordinal);

    public int? Threads { get; init; }

    /// <summary>Where it stands in the file, counted from 1.</summary>
    public int Line { get; init; }
}

/// <summary>Which environment <c>firn.yaml</c> asks for, on this platform.</summary>
/// <param name="Kind">How <paramref name="Value"/> is to be read.</param>
/// <param name="Value">A path (relative to the project's folder or absolute; of locks where it is made), a name, or a store reference.</param>
internal sealed record EnvironmentChoice(EnvironmentChoiceKind Kind, string Value)
{
    /// <summary>Where an environment of locks is made, unless the file says otherwise.</summary>
    public const string MadePrefix = ".firn/environment";

    /// <summary>The locks and specs that it is made from, relative to the project's folder or absolute.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>Of one that is made: the Python under it, a version or an executable.</summary>
    public string? Python { get; init; }
}

/// <summary>What names an environment in <c>firn.yaml</c>.</summary>
internal enum EnvironmentChoiceKind
{
    /// <summary>A prefix: the folder of a virtualenv or of a conda environment.</summary>
    Prefix,

    /// <summary>A python executable: a path, or a name on PATH.</summary>
    Python,

    /// <summary>The name of a conda environment.</summary>
    CondaName,

    /// <summary>A capture to restore: a file, a folder with <c>environment.json</c>, or a store reference.</summary>
    Capture,

    /// <summary>An image, in a container of which everything is done: its name with a tag, or the project's installation of that name.</summary>
    Image,

    /// <summary>Locks and specs, from which the environment is made when it is missing or they have changed.</summary>
    Locks,
}
