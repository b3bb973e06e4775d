using Firn.Storage.Checks;

namespace Firn.Storage.Repairs;

/// <summary>What was done about a finding, or would be.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Done">What was done, one line; <see langword="null"/> where nothing could be.</param>
/// <param name="Hint">What is left for the user to do; <see langword="null"/> where nothing is.</param>
internal sealed record RepairAction(Finding Finding, string? Done, string? Hint);
