namespace Firn.Host;

/// <summary>The machine under an environment, as far as its files tell. Names and serial numbers are not among it.</summary>
public sealed record HostFacts
{
    /// <summary>The operating system.</summary>
    public required OperatingSystemFacts OperatingSystem { get; init; }

    /// <summary>The kernel.</summary>
    public required KernelFacts Kernel { get; init; }

    /// <summary>The C library, where it is glibc or musl.</summary>
    public LibcFacts? Libc { get; init; }

    /// <summary>The processors.</summary>
    public required CpuFacts Cpu { get; init; }

    /// <summary>The limits in force for this process.</summary>
    public required ResourceLimits Limits { get; init; }

    /// <summary>The machine's memory in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The accelerators.</summary>
    public required GpuFacts Gpu { get; init; }

    /// <summary>The container it runs in: <c>apptainer</c>, <c>kubernetes</c>, <c>podman</c>, <c>docker</c>, <c>wsl</c> or another's name.</summary>
    public string? Container { get; init; }

    /// <summary>The batch job it runs in.</summary>
    public BatchJob? BatchJob { get; init; }
}
