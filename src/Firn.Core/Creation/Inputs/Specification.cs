using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Conda;
using Firn.Python.Locks;
using Firn.Python.Requirements;

namespace Firn.Creation.Inputs;

/// <summary>All that the locks and specs of an environment say, before anything is looked up.</summary>
internal sealed record Specification
{
    /// <summary>Exact archives of conda packages.</summary>
    public ImmutableArray<LockedCondaPackage> Conda { get; init; } = [];

    /// <summary>Specs of conda packages, exact ones and others.</summary>
    public ImmutableArray<MatchSpec> CondaSpecs { get; init; } = [];

    /// <summary>The channels of the specs, the first one first.</summary>
    public ImmutableArray<string> Channels { get; init; } = [];

    /// <summary>Requirement files as one, with the pip parts of environment files.</summary>
    public RequirementsFile Requirements { get; init; } = new();

    /// <summary>The same requirements as a solver reads them.</summary>
    public ImmutableArray<RequirementSource> RequirementSources { get; init; } = [];

    public ImmutableArray<Pylock> Pylocks { get; init; } = [];

    /// <summary>Python distributions that a lock names exactly, whatever the Python.</summary>
    public ImmutableArray<LockedDistribution> Distributions { get; init; } = [];

    /// <summary>The variables that a conda environment is to set; of two of one name the later counts.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>The capture that is to be made again, where one was named.</summary>
    public Capture? Capture { get; init; }

    /// <summary>The files, as the user named them.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>What a person should know.</summary>
    public ImmutableArray<Problem> Warnings { get; init; } = [];

    /// <summary>Whether conda packages are asked for.</summary>
    public bool HasConda => !Conda.IsEmpty || !CondaSpecs.IsEmpty;

    /// <summary>Both together; conda packages of the one and Python distributions of the other may be two files of one environment.</summary>
    public Specification With(Specification other) => new()
    {
        Conda = Conda.AddRange(other.Conda),
        CondaSpecs = CondaSpecs.AddRange(other.CondaSpecs),
        Channels = [.. Channels.Concat(other.Channels).Distinct(StringComparer.Ordinal)],
        Requirements = RequirementsFile.Join([Requirements, other.Requirements]),
        RequirementSources = RequirementSources.AddRange(other.RequirementSources),
        Pylocks = Pylocks.AddRange(other.Pylocks),
        Distributions = Distributions.AddRange(other.Distributions),
        Variables = [.. Variables.Where(own => !other.Variables.Any(later => later.Key == own.Key)), .. other.Variables],
        Capture = Capture ?? other.Capture,
        Files = Files.AddRange(other.Files),
        Warnings = Warnings.AddRange(other.Warnings),
    };
}

/// <summary>Requirements as a solver reads them.</summary>
/// <param name="Name">What the user calls them.</param>
/// <param name="Path">The requirement file, absolute; <see langword="null"/> where <paramref name="Text"/> is all there is.</param>
/// <param name="Text">The lines, as they stand; never shown, since they may hold credentials.</param>
/// <param name="Folder">The folder that paths in them are relative to.</param>
internal sealed record RequirementSource(string Name, string? Path, string? Text, string Folder)
{
    /// <summary>Never the lines.</summary>
    public override string ToString() => Name;
}
