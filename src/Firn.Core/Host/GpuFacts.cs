using System.Collections.Immutable;

namespace Firn.Host;

/// <summary>The accelerators and their software.</summary>
public sealed record GpuFacts
{
    /// <summary>The version of NVIDIA's kernel driver.</summary>
    public string? NvidiaDriver { get; init; }

    /// <summary>The CUDA toolkit in <c>/usr/local/cuda</c>; environments often bring their own, which is among the libraries.</summary>
    public string? CudaToolkit { get; init; }

    /// <summary>The devices, sorted by bus.</summary>
    public ImmutableArray<GpuDevice> Devices { get; init; } = [];
}
