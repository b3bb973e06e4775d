using System.Collections.Immutable;

namespace Firn.Analyses.Diagnosis;

/// <summary>Something in an environment that will hurt, or that is good to know.</summary>
internal sealed record DiagnosisFinding
{
    /// <summary>One of <see cref="DiagnosisCodes"/>; docs/doctor.md has a section for each.</summary>
    public required string Code { get; init; }

    public required DiagnosisLevel Level { get; init; }

    /// <summary>What is found, on one line without a final period.</summary>
    public required string Message { get; init; }

    /// <summary>What to do, on one line without a final period.</summary>
    public required string Advice { get; init; }

    /// <summary>The distributions and conda packages concerned, by name, sorted.</summary>
    public ImmutableArray<string> Packages { get; init; } = [];

    /// <summary>Where it was found, sorted by path.</summary>
    public ImmutableArray<FindingPlace> Places { get; init; } = [];

    /// <summary>Where it is explained.</summary>
    public string Page => $"docs/doctor.md#{Code}";
}
