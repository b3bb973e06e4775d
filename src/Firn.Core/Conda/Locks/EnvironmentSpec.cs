using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Conda.Locks;

/// <summary>An environment.yml (CEP 24), its selectors resolved for one platform.</summary>
internal sealed record EnvironmentSpec
{
    public string? Name { get; init; }

    public string? Prefix { get; init; }

    /// <summary>Highest priority first, as written; URLs may carry credentials. Without <c>nodefaults</c>.</summary>
    public ImmutableArray<string> Channels { get; init; } = [];

    /// <summary>Whether the configured channels are not to be added (<c>nodefaults</c>).</summary>
    public bool IsWithoutDefaults { get; init; }

    public ImmutableArray<MatchSpec> Dependencies { get; init; } = [];

    /// <summary>The lines of the <c>pip:</c> list, as pip would read them from a requirement file.</summary>
    public ImmutableArray<PipRequirement> PipRequirements { get; init; } = [];

    /// <summary>The variables that the environment sets, in the file's order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Variables { get; init; } = [];

    public ImmutableArray<string> Platforms { get; init; } = [];

    public string? Category { get; init; }

    /// <summary>What makes the file unusable as it stands.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>What a person should know.</summary>
    public ImmutableArray<Problem> Warnings { get; init; } = [];

    /// <summary>The specs that more than one package may satisfy: for a solver.</summary>
    public ImmutableArray<MatchSpec> Inexact => [.. Dependencies.Where(static spec => !spec.IsExact)];
}
