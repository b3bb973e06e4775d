using System.Collections.Immutable;

namespace Firn.Images.Installations;

/// <summary>A service of Compose files, as far as an image is built and run by it. Variables are filled in.</summary>
internal sealed record ComposeService
{
    /// <summary>Its name, for example <c>image-run-root</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The image with its tag.</summary>
    public string? Image { get; init; }

    /// <summary>The folder that is sent to the builder, absolute.</summary>
    public string? Context { get; init; }

    /// <summary>The Dockerfile, absolute.</summary>
    public string? Dockerfile { get; init; }

    /// <summary>The stage; the last one where none is named.</summary>
    public string? Target { get; init; }

    /// <summary>Build arguments.</summary>
    public ImmutableSortedDictionary<string, string> Arguments { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Platforms to build for, for example <c>linux/amd64</c>.</summary>
    public ImmutableArray<string> Platforms { get; init; } = [];

    /// <summary>Mounts, <c>SOURCE:TARGET[:OPTIONS]</c>, with an absolute source.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];

    /// <summary>Variables of the container.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public string? WorkingDirectory { get; init; }

    /// <summary>For example <c>host</c>.</summary>
    public string? Ipc { get; init; }

    /// <summary>For example <c>host</c>.</summary>
    public string? Network { get; init; }

    /// <summary>The size of <c>/dev/shm</c>.</summary>
    public string? SharedMemory { get; init; }

    /// <summary>The user, <c>NAME</c> or <c>UID[:GID]</c>.</summary>
    public string? User { get; init; }

    /// <summary><c>NAME=SOFT[:HARD]</c>.</summary>
    public ImmutableArray<string> Ulimits { get; init; } = [];

    /// <summary>Ports to publish, as written.</summary>
    public ImmutableArray<string> Ports { get; init; } = [];

    /// <summary>Devices of the host, <c>PATH[:PATH]</c>; AMD's GPUs are such.</summary>
    public ImmutableArray<string> Devices { get; init; } = [];

    /// <summary>Groups that the user is in beside its own.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    public ImmutableArray<string> SecurityOptions { get; init; } = [];

    public ImmutableArray<string> AddedCapabilities { get; init; } = [];

    /// <summary>Whether it reserves NVIDIA's GPUs.</summary>
    public bool WantsGpu { get; init; }

    /// <summary>Keys that Compose obeys and that are not known here.</summary>
    public ImmutableArray<string> Unknown { get; init; } = [];
}
