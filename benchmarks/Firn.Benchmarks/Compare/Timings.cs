using System.Collections.Immutable;

namespace Firn.Benchmarks.Compare;

/// <summary>The wall times of one contestant, in the order of the runs.</summary>
internal sealed record Timings(string Name, ImmutableArray<TimeSpan> Runs)
{
    /// <summary>User and system time of the process and of those that it started, in the order of the runs.</summary>
    public ImmutableArray<TimeSpan> Processor { get; init; } = [];

    /// <summary>The run that was disturbed least: what the ratio is taken of.</summary>
    public TimeSpan Minimum => Runs.Min();

    public TimeSpan Median
    {
        get
        {
            var sorted = Runs.Sort();
            var upper = sorted[sorted.Length / 2];
            return sorted.Length % 2 == 1 ? upper : (sorted[(sorted.Length / 2) - 1] + upper) / 2;
        }
    }
}
