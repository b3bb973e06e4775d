using Firn.Captures.Archives;
using Firn.Common;

namespace Firn.Cli.Commands;

/// <summary>What came of archiving.</summary>
/// <param name="Store">The store's folder.</param>
/// <param name="Prepared">What was planned.</param>
/// <param name="Outcome">What was done; <see langword="null"/> in a dry run.</param>
internal sealed record ArchiveReport(string Store, PreparedArchive Prepared, ArchiveOutcome? Outcome)
{
    /// <summary>What the environment reads, and the archive has not.</summary>
    public IReadOnlyList<Problem> Missed { get; } = ArchiveDocument.Missed(Outcome?.Document.LeftOut ?? Prepared.Plan.LeftOut, Prepared.Plan.Problems);

    /// <summary>Whether the archive has all that the environment reads and imports.</summary>
    public bool IsWhole => Missed.Count == 0 && Prepared.Plan.IsWhole;

    /// <summary>Everything that the environment has or imports and the archive has not.</summary>
    public IReadOnlyList<LeftOutFile> LeftOut =>
        [.. Outcome is null ? Prepared.Plan.LeftOut : Outcome.Document.LeftOut, .. Prepared.Plan.OfSession];
}
