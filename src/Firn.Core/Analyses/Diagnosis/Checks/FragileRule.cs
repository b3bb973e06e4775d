using System.Collections.Immutable;

namespace Firn.Analyses.Diagnosis.Checks;

/// <summary>A binary package of which trouble is known; docs/doctor.md lists the rules with their sources.</summary>
internal sealed record FragileRule
{
    /// <summary>The distribution, by canonical name, where conda and the system did not install it.</summary>
    public required string Package { get; init; }

    /// <summary>Of these at least one must be installed too, by anybody; empty where the package alone will do.</summary>
    public ImmutableArray<string> With { get; init; } = [];

    public DiagnosedSystem Systems { get; init; } = DiagnosedSystem.All;

    /// <summary>Only in conda environments.</summary>
    public bool InConda { get; init; }

    /// <summary>Only below this version.</summary>
    public string? Below { get; init; }

    /// <summary>Only this version.</summary>
    public string? Version { get; init; }

    public required DiagnosisLevel Level { get; init; }

    /// <summary>What happens; follows the packages' names.</summary>
    public required string What { get; init; }

    public required string Advice { get; init; }
}
