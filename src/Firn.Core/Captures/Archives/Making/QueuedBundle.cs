using Firn.Captures.Archives.Planning;

namespace Firn.Captures.Archives.Making;

/// <summary>A bundle that waits to be made.</summary>
/// <param name="Bundle">The plan.</param>
/// <param name="Tree">The prefix that it is for.</param>
internal sealed record QueuedBundle(PlannedBundle Bundle, PlannedTree Tree)
{
    /// <summary>Bytes to read.</summary>
    public long Size => Bundle.Size + Bundle.BytecodeSize;
}
