using System.Collections.Immutable;
using Firn.Captures;
using Firn.Captures.Verification;

namespace Firn.Analyses.Diagnosis;

/// <summary>What <c>firn doctor</c> found.</summary>
internal sealed record DiagnosisReport
{
    /// <summary>The environment as it is.</summary>
    public required Capture Capture { get; init; }

    /// <summary>Why it is this environment.</summary>
    public required string Reason { get; init; }

    /// <summary>The findings, the worst first, then by code.</summary>
    public required ImmutableArray<DiagnosisFinding> Findings { get; init; }

    /// <summary>Whether every file was read, or only its size looked at.</summary>
    public required bool ReadsData { get; init; }

    /// <summary>What was not compared, since no record tells what it has to be; only where the files were read.</summary>
    public ImmutableArray<UncomparedPart> NotCompared { get; init; } = [];

    /// <summary>How many findings are of the level.</summary>
    public int Count(DiagnosisLevel level)
    {
        var count = 0;
        foreach (var finding in Findings)
        {
            count += finding.Level == level ? 1 : 0;
        }

        return count;
    }
}
