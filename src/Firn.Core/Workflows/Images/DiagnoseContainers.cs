using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;
using Firn.Host.Machine;
using Firn.Images.Engines;
using Firn.Images.Installations;
using Firn.Reports.Diagnosis;

namespace Firn.Workflows.Images;

/// <summary>A container engine of this machine.</summary>
public sealed record ContainerEngineReport
{
    internal ContainerEngineReport(EngineStatus status) => Status = status;

    /// <summary><c>docker</c>, <c>podman</c> or <c>buildah</c>.</summary>
    public string Name => Status.Command;

    /// <summary>Its version; <see langword="null"/> where it does not work.</summary>
    public string? Version => Status.Version;

    /// <summary>The version of docker's daemon.</summary>
    public string? ServerVersion => Status.ServerVersion;

    /// <summary>Whether it works.</summary>
    public bool Works => Status.Failure is null;

    /// <summary>Whether it needs no root's rights.</summary>
    public bool IsRootless => Status.IsRootless;

    /// <summary>How it builds: <c>BuildKit</c>, <c>classic</c>, or <c>buildah</c>, which podman has, too.</summary>
    public string Builder => Status.Command != "docker" ? "buildah" : Status.IsClassicBuilder ? "classic" : "BuildKit";

    /// <summary>The version of its <c>compose</c>; <see langword="null"/> without one.</summary>
    public string? ComposeVersion => Status.ComposeVersion;

    /// <summary>Where its images lie; <see langword="null"/> where that is another machine.</summary>
    public string? Storage => Status.Storage;

    /// <summary>Bytes that are free there.</summary>
    public long? Free => Status.Free;

    internal EngineStatus Status { get; }
}

/// <summary>What the container engines of this machine can do, and what is in the way.</summary>
/// <param name="Engines">Those that are there, the one that firn takes by itself first.</param>
/// <param name="NvidiaDriver">The version of NVIDIA's kernel driver; <see langword="null"/> without one.</param>
/// <param name="GpuCount">How many GPUs there are.</param>
/// <param name="HasNvidiaToolkit">Whether NVIDIA's Container Toolkit is there.</param>
/// <param name="Findings">What is in the way, the worst first.</param>
public sealed record ContainerDiagnosis(
    ImmutableArray<ContainerEngineReport> Engines,
    string? NvidiaDriver,
    int GpuCount,
    bool HasNvidiaToolkit,
    ImmutableArray<DiagnosisFinding> Findings)
{
    private const string Schema = "firn.containers/1";

    /// <summary>Writes it as the document <c>firn.containers/1</c>.</summary>
    public void WriteJson(Stream stream)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.Objects("engines", Engines, engine =>
        {
            json.String("builder", engine.Builder);
            json.String("compose_version", engine.ComposeVersion);
            json.Number("free_bytes", engine.Free);
            json.String("name", engine.Name);
            json.Boolean("rootless", engine.IsRootless);
            json.String("server_version", engine.ServerVersion);
            json.String("storage", engine.Storage);
            json.String("version", engine.Version);
            json.Boolean("works", engine.Works);
        });
        json.Objects("findings", Findings, finding =>
        {
            json.String("advice", finding.Advice);
            json.String("code", finding.Code);
            json.String("level", finding.Level.ToString().ToLowerInvariant());
            json.String("message", finding.Message);
            json.String("page", finding.Page);
        });
        json.Number("gpus", GpuCount);
        json.String("nvidia_driver", NvidiaDriver);
        json.Boolean("nvidia_toolkit", HasNvidiaToolkit);
        stream.Write(json.Finish());
    }
}

/// <summary>Looks at the container engines of this machine; each is asked for its state, and nothing is changed.</summary>
/// <param name="systemContext">Variables and current folder.</param>
public sealed class DiagnoseContainers(SystemContext systemContext)
{
    /// <summary>Below this an image with CUDA in it does not fit beside its build cache.</summary>
    private const long LittleSpace = 20L * 1024 * 1024 * 1024;

    private static readonly string[] DeviceDescriptions = ["/etc/cdi", "/var/run/cdi"];

    /// <summary>Looks.</summary>
    /// <param name="cancellation">Ends the engines that are asked.</param>
    public ContainerDiagnosis Run(CancellationToken cancellation = default)
    {
        var gpus = GpuReader.Read(systemContext);
        var hasDescription = DeviceDescriptions.Any(folder => HasNvidia(systemContext.SystemPath(folder)));
        var engines = EngineFinder.All(systemContext, cancellation)
            .Select(found => found.Engine is { } engine
                ? EngineStatus.Of(engine, hasDescription, cancellation)
                : new EngineStatus { Command = found.Name, Failure = found.Failure })
            .ToImmutableArray();
        var hasToolkit = EngineFinder.IsThere("nvidia-ctk", systemContext) || EngineFinder.IsThere("nvidia-container-cli", systemContext);
        var findings = new List<DiagnosisFinding>();
        AddEngines(findings, engines);
        foreach (var engine in engines.Where(static engine => engine.Failure is null))
        {
            AddEngine(findings, engine, gpus, hasToolkit, cancellation);
        }

        return new ContainerDiagnosis(
            [.. engines.Select(static engine => new ContainerEngineReport(engine))],
            gpus.NvidiaDriver,
            gpus.Devices.Length,
            hasToolkit,
            [.. findings.OrderBy(static finding => finding.Level)]);
    }

    private static bool HasNvidia(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(static file => Path.GetFileName(file).Contains("nvidia", StringComparison.Ordinal));

    private static void AddEngines(List<DiagnosisFinding> findings, ImmutableArray<EngineStatus> engines)
    {
        if (engines.IsEmpty)
        {
            findings.Add(Finding(
                DiagnosisCodes.EngineMissing, DiagnosisLevel.Error, "no container engine is on PATH",
                "install docker or podman; both come with most distributions"));
        }

        var works = engines.Any(static engine => engine.Failure is null);
        foreach (var engine in engines)
        {
            if (engine.Failure is { } failure)
            {
                findings.Add(Finding(
                    DiagnosisCodes.EngineUnreachable, works ? DiagnosisLevel.Warning : DiagnosisLevel.Error,
                    failure.Message, failure.Hint.ToString()));
            }
        }
    }

    private void AddEngine(List<DiagnosisFinding> findings, EngineStatus engine, GpuFacts gpus, bool hasToolkit, CancellationToken cancellation)
    {
        if (engine.IsClassicBuilder)
        {
            findings.Add(Finding(
                DiagnosisCodes.BuilderClassic, DiagnosisLevel.Warning,
                "docker builds without BuildKit: nothing is cached between builds but whole steps",
                "install docker's plugin buildx (docker-buildx or docker-buildx-plugin), or unset DOCKER_BUILDKIT"));
        }

        if (engine.Free is { } free && free < LittleSpace)
        {
            findings.Add(Finding(
                DiagnosisCodes.EngineDiskLow, DiagnosisLevel.Warning,
                $"{SizeText.Of(free)} are free in {engine.Storage}, where {engine.Command} keeps images; one with CUDA needs 20 GiB while it is built",
                engine.Command == "buildah" ? "remove images with `buildah rmi --prune`" : $"`{engine.Command} system df` shows what takes room, `{engine.Command} system prune` removes what nothing uses"));
        }

        if (gpus.NvidiaDriver is not null && !engine.KnowsNvidia && engine.Command != "buildah")
        {
            findings.Add(Finding(
                DiagnosisCodes.GpuNotPassed, DiagnosisLevel.Warning,
                $"there is NVIDIA's driver {gpus.NvidiaDriver}, and {engine.Command} does not know how to pass GPUs to containers",
                !hasToolkit ? "install NVIDIA's Container Toolkit (nvidia-container-toolkit)"
                : engine.Command == "docker" ? "`nvidia-ctk runtime configure --runtime=docker` tells docker of it; then restart the daemon"
                : "`nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml` describes the GPUs for podman"));
        }

        if (engine is { IsRootless: true, Command: not "docker" } && !HasSubordinateIds(cancellation))
        {
            findings.Add(Finding(
                DiagnosisCodes.RootlessIds, DiagnosisLevel.Warning,
                "your user has no range of user numbers in /etc/subuid, without which images whose files are several users' cannot be unpacked",
                "as root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER; then `podman system migrate`"));
        }
    }

    private bool HasSubordinateIds(CancellationToken cancellation)
    {
        var user = ImageSettings.OfThisUser(systemContext, cancellation);
        var text = Common.Files.BoundedFile.ReadText(systemContext.SystemPath("/etc/subuid"), 1024 * 1024) ?? string.Empty;
        return text.Split('\n').Any(line => line.Split(':')[0] is var name && (name == user["USR"] || name == user["USRID"]));
    }

    private static DiagnosisFinding Finding(string code, DiagnosisLevel level, string message, string advice) =>
        new() { Code = code, Level = level, Message = message, Advice = advice };
}
