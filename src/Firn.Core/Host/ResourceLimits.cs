namespace Firn.Host;

/// <summary>How much of the machine this process may use: an unset thread count means "all of it".</summary>
public sealed record ResourceLimits
{
    /// <summary>The processors it may run on, as the kernel lists them, for example <c>0-3,8</c>.</summary>
    public string? Affinity { get; init; }

    /// <summary>How many those are.</summary>
    public int? AffinityCount { get; init; }

    /// <summary>The tightest CPU quota of its control groups, in thousandths of a processor.</summary>
    public long? CpuQuotaMillis { get; init; }

    /// <summary>The tightest memory limit of its control groups.</summary>
    public long? MemoryBytes { get; init; }
}
