namespace Firn.Benchmarks.Compare;

/// <summary>What it costs to make environments, or images.</summary>
/// <param name="Title">Of what they are made.</param>
/// <param name="Rows">All that was measured.</param>
/// <param name="Requirements">What is compared with what.</param>
/// <param name="Disk">What environments take on the disk.</param>
internal sealed record CreateMeasurement(
    string Title, IReadOnlyList<Timings> Rows, IReadOnlyList<CreateRequirement> Requirements, IReadOnlyList<DiskUse> Disk)
{
    public bool IsMet => Requirements.All(requirement => requirement.IsMet);
}
