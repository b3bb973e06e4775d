using System.Collections.Immutable;

namespace Firn.Storage.Checks;

/// <summary>What a check came to.</summary>
internal sealed record CheckReport
{
    /// <summary>Damage first, then by path.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>Whether every byte was read.</summary>
    public required bool ReadData { get; init; }

    public int Objects { get; init; }

    public int Bundles { get; init; }

    public int Records { get; init; }

    /// <summary>Bytes that were read and digested.</summary>
    public long BytesRead { get; init; }

    /// <summary>Files that an earlier repair put aside.</summary>
    public int QuarantinedFiles { get; init; }

    public bool HasDamage => Count(FindingLevel.Damage) > 0;

    public int Count(FindingLevel level)
    {
        var count = 0;
        foreach (var finding in Findings)
        {
            count += finding.Kind.Level == level ? 1 : 0;
        }

        return count;
    }
}
