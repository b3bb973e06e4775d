using System.Collections.Immutable;
using Firn.Python.Indexes;

namespace Firn.Python.Requirements;

/// <summary>A requirement in a requirement file.</summary>
internal sealed record RequirementEntry
{
    /// <summary>The requirement; <see langword="null"/> where only the source tells the name.</summary>
    public Requirement? Requirement { get; init; }

    /// <summary>The requirement as written, without options and credentials.</summary>
    public required string Text { get; init; }

    /// <summary>The file, as it was named.</summary>
    public required string File { get; init; }

    /// <summary>The first of its lines, from 1.</summary>
    public required int Line { get; init; }

    /// <summary><c>--hash</c>.</summary>
    public ImmutableArray<IndexHash> Hashes { get; init; } = [];

    /// <summary><c>-e</c>.</summary>
    public bool IsEditable { get; init; }

    /// <summary>Whether it only limits what others ask for.</summary>
    public bool IsConstraint { get; init; }

    /// <summary>The project's folder or the archive, absolute, where it is one of this machine.</summary>
    public string? LocalPath { get; init; }

    /// <summary>Where it comes from, also where it has no name; may hold credentials.</summary>
    public string? Url { get; init; }

    /// <summary>When it counts, also where it has no name.</summary>
    public Marker? Marker { get; init; }

    /// <summary><c>--config-settings</c> and <c>--global-option</c>, which only a build knows.</summary>
    public ImmutableArray<string> BuildOptions { get; init; } = [];

    /// <summary>For example <c>requirements.txt:3</c>.</summary>
    public string Origin => $"{File}:{Line}";
}
