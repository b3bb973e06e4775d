using Firn.Storage.Checks;

namespace Firn.Storage.Repairs;

/// <summary>How a store is repaired.</summary>
internal sealed record RepairOptions
{
    /// <summary>Whether to say what would be done, and do nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The check before it, always of every byte.</summary>
    public CheckOptions Check { get; init; } = new() { ReadData = true };
}
