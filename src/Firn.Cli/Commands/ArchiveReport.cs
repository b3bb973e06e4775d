using Firn.Captures.Archives;

namespace Firn.Cli.Commands;

/// <summary>What came of archiving.</summary>
/// <param name="Store">The store's folder.</param>
/// <param name="Prepared">What was planned.</param>
/// <param name="Outcome">What was done; <see langword="null"/> in a dry run.</param>
internal sealed record ArchiveReport(string Store, PreparedArchive Prepared, ArchiveOutcome? Outcome)
{
    /// <summary>Everything that the environment has or imports and the archive has not.</summary>
    public IReadOnlyList<LeftOutFile> LeftOut =>
        [.. Outcome is null ? Prepared.Plan.LeftOut : Outcome.Document.LeftOut, .. Prepared.Plan.OfSession];
}
