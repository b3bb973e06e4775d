using System.Collections.Immutable;

namespace Firn.Host;

/// <summary>The processors. Libraries choose their kernels by model and flags, so results can depend on both.</summary>
public sealed record CpuFacts
{
    /// <summary>For example <c>Intel(R) Xeon(R) Gold 6248</c>, or <c>Neoverse-N1</c>.</summary>
    public string? Model { get; init; }

    /// <summary>For example <c>GenuineIntel</c>.</summary>
    public string? Vendor { get; init; }

    /// <summary>Family, model and stepping as the kernel counts them, for example <c>6-143-8</c>; BLAS libraries decide by these.</summary>
    public string? Signature { get; init; }

    /// <summary>What the processors can do, in the kernel's words, sorted.</summary>
    public ImmutableArray<string> Flags { get; init; } = [];

    /// <summary>Logical processors that are online.</summary>
    public int LogicalCount { get; init; }

    /// <summary>Sockets, where the kernel tells.</summary>
    public int? Sockets { get; init; }

    /// <summary>Physical cores in all sockets, where the kernel tells.</summary>
    public int? Cores { get; init; }
}
