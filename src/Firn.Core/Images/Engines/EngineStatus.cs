using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Images.Engines;

/// <summary>How a container engine of this machine stands.</summary>
internal sealed record EngineStatus
{
    /// <summary><c>docker</c>, <c>podman</c> or <c>buildah</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Of the program; <see langword="null"/> where it does not work.</summary>
    public string? Version { get; init; }

    /// <summary>docker's daemon; <see langword="null"/> where there is none.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>Why it does not work; <see langword="null"/> where it does.</summary>
    public FirnException? Failure { get; init; }

    /// <summary>Whether it works without root's rights.</summary>
    public bool IsRootless { get; init; }

    /// <summary>Whether it builds by docker's builder before BuildKit.</summary>
    public bool IsClassicBuilder { get; init; }

    /// <summary>Whether it knows the runtime of NVIDIA's Container Toolkit, or a CDI description of the GPUs.</summary>
    public bool KnowsNvidia { get; init; }

    /// <summary>Its <c>compose</c>; <see langword="null"/> without one. firn itself needs none.</summary>
    public string? ComposeVersion { get; init; }

    /// <summary>Where its images lie; <see langword="null"/> where that is another machine.</summary>
    public string? Storage { get; init; }

    /// <summary>Bytes that are free there; <see langword="null"/> where that is not known.</summary>
    public long? Free { get; init; }

    /// <summary>Asks an engine.</summary>
    public static EngineStatus Of(ContainerEngine engine, bool hasNvidiaDescription, CancellationToken cancellation)
    {
        var status = new EngineStatus
        {
            Command = engine.Command,
            Version = engine.Version,
            IsClassicBuilder = engine.Builder == BuilderKind.Classic,
            ComposeVersion = engine.Kind == EngineKind.Buildah ? null : Compose(engine, cancellation),
        };
        var info = engine.Ask(cancellation, engine.Kind == EngineKind.Docker ? ["info", "--format", "{{json .}}"] : engine.Kind == EngineKind.Podman ? ["info", "--format", "json"] : ["info"]);
        return info.ExitCode == 0
            ? JsonFields.TryRead(info.Output, root => engine.Kind == EngineKind.Docker ? OfDocker(status, root) : OfPodman(status, root, hasNvidiaDescription)) ?? status
            : status with { Failure = engine.Failed("describe itself", "reinstall it", info.Reason) };
    }

    private static EngineStatus OfDocker(EngineStatus status, JsonElement root) => WithFree(status with
    {
        ServerVersion = root.Text("ServerVersion"),
        IsRootless = root.Texts("SecurityOptions").Contains("name=rootless"),
        KnowsNvidia = (root.Object("Runtimes") ?? default).Object("nvidia") is not null || root.Items("DiscoveredDevices").Any(),
        // The daemon of another machine has a folder of that name there.
        Storage = root.Text("Name") == Environment.MachineName ? root.Text("DockerRootDir") : null,
    });

    private static EngineStatus OfPodman(EngineStatus status, JsonElement root, bool hasNvidiaDescription)
    {
        var host = root.Object("host") ?? default;
        var store = root.Object("store") ?? default;
        return WithFree(status with
        {
            IsRootless = (host.Object("security")?.Flag("rootless") ?? host.Flag("rootless")) == true,
            KnowsNvidia = hasNvidiaDescription,
            Storage = store.Text("graphRoot") ?? store.Text("GraphRoot"),
        });
    }

    private static EngineStatus WithFree(EngineStatus status)
    {
        if (status.Storage is not { } folder || !Directory.Exists(folder))
        {
            return status;
        }

        try
        {
            return status with { Free = new DriveInfo(folder).AvailableFreeSpace };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return status;
        }
    }

    private static string? Compose(ContainerEngine engine, CancellationToken cancellation)
    {
        var result = engine.Ask(cancellation, "compose", "version", "--short");
        return result.ExitCode == 0 ? System.Text.Encoding.UTF8.GetString(result.Output).Trim() : null;
    }
}
