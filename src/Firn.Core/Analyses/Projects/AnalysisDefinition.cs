using System.Collections.Immutable;

namespace Firn.Analyses.Projects;

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
