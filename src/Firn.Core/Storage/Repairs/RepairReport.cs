using System.Collections.Immutable;

namespace Firn.Storage.Repairs;

/// <summary>What a repair came to.</summary>
/// <param name="IsDryRun">Whether nothing was done.</param>
/// <param name="Actions">One for each finding of the check before.</param>
/// <param name="Remaining">How much damage is left that only the user can mend, by a second check.</param>
internal sealed record RepairReport(bool IsDryRun, ImmutableArray<RepairAction> Actions, int Remaining);
