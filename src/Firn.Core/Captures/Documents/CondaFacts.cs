using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda;

namespace Firn.Captures.Documents;

/// <summary>A conda environment in a capture: enough to write conda's own files again.</summary>
public sealed record CondaFacts
{
    /// <summary>The conda release whose rules were followed, for example <c>24.9.0</c>.</summary>
    public required string Release { get; init; }

    /// <summary>The platform of the packages, for example <c>linux-64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The packages sorted by name.</summary>
    public required ImmutableArray<CondaPackage> Packages { get; init; }

    /// <summary>The Python packages that conda did not install, as conda lists them.</summary>
    public ImmutableArray<CondaPipPackage> PipPackages { get; init; } = [];

    /// <summary>The names of the conda packages that something else has overwritten.</summary>
    public ImmutableArray<string> Overwritten { get; init; } = [];

    /// <summary>The specs that the user asked for over the environment's life.</summary>
    public ImmutableArray<string> RequestedSpecs { get; init; } = [];

    /// <summary>The specs in <c>conda-meta/pinned</c>.</summary>
    public ImmutableArray<string> PinnedSpecs { get; init; } = [];

    /// <summary>The names of conda's own environment variables; their values are never recorded.</summary>
    public ImmutableArray<string> VariableNames { get; init; } = [];

    /// <summary>The channels of conda's configuration, in order.</summary>
    public ImmutableArray<string> ConfiguredChannels { get; init; } = [];
}

/// <summary>What a conda environment that is made of a capture lacks: a capture has the names of its variables alone.</summary>
internal static class LeftOutVariables
{
    /// <summary>The note; <see langword="null"/> where the captured environment set none.</summary>
    public static Problem? Of(Capture? capture) => capture?.Conda is { VariableNames: { IsEmpty: false } names }
        ? new Problem(
            "variables-left-out",
            null,
            $"the environment set {string.Join(", ", names)}, and their values are in no capture: conda env config vars set -p PREFIX NAME=VALUE")
        : null;
}
