using System.Collections.Immutable;
using Firn.Images.Installations;

namespace Firn.Images.Engines;

/// <summary>A container of one command.</summary>
internal sealed record ContainerStart
{
    /// <summary>The image, by its name or id.</summary>
    public required string Image { get; init; }

    /// <summary>How it is run.</summary>
    public required ComposeService Service { get; init; }

    /// <summary>The command; none for the image's own.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Variables of the container.</summary>
    public ImmutableSortedDictionary<string, string> Variables { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Ports to publish beside the service's.</summary>
    public ImmutableArray<string> Ports { get; init; } = [];

    /// <summary><c>UID[:GID]</c>; <see langword="null"/> for the image's user.</summary>
    public string? User { get; init; }

    /// <summary>Whether nothing but mounts and <c>/tmp</c> can be written.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether it goes on alone.</summary>
    public bool IsDetached { get; init; }

    /// <summary>Whether a person sits at a terminal.</summary>
    public bool HasTerminal { get; init; }

    /// <summary>Whether it gets NVIDIA's GPUs.</summary>
    public bool WantsGpu { get; init; }

    /// <summary>A program that is run instead of the image's entrypoint.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>
    /// The arguments of the engine. Variables stand in them by name alone: their values, which may be keys, are given to the
    /// engine as variables of its own, since everybody can read the arguments of a process.
    /// </summary>
    /// <param name="engine">Whose.</param>
    /// <param name="isRoot">Whether this process runs as root, whatever user the image has.</param>
    public ImmutableArray<string> Arguments(ContainerEngine engine, bool isRoot)
    {
        var arguments = new List<string> { "run", "--rm" };
        arguments.AddRange(IsDetached ? ["--detach"] : HasTerminal ? ["--interactive", "--tty"] : ["--interactive"]);
        void Add(string option, IEnumerable<string> values)
        {
            foreach (var value in values)
            {
                arguments.AddRange([option, value]);
            }
        }

        void AddOne(string option, string? value) => Add(option, value is null ? [] : [value]);
        Add("--volume", Service.Volumes);
        Add("--env", Variables.Keys);
        AddOne("--workdir", Service.WorkingDirectory);
        AddOne("--ipc", Service.Ipc);
        AddOne("--network", Service.Network);
        AddOne("--shm-size", Service.SharedMemory);
        AddOne("--user", User ?? Service.User);
        AddOne("--entrypoint", Entrypoint);
        Add("--ulimit", Service.Ulimits);
        Add("--publish", Service.Network == "host" ? [] : [.. Service.Ports, .. Ports]);
        Add("--device", Service.Devices);
        Add("--group-add", Service.Groups);
        Add("--security-opt", Service.SecurityOptions);
        Add("--cap-add", Service.AddedCapabilities);
        if (IsReadOnly)
        {
            // docker's own default forbids programs there, and the project's are written below /tmp.
            arguments.AddRange(["--read-only", "--tmpfs", "/tmp:exec"]);
        }

        if (WantsGpu)
        {
            arguments.AddRange(engine.Kind == EngineKind.Docker ? ["--gpus", "all"] : ["--device", "nvidia.com/gpu=all"]);
        }

        if (engine.Kind == EngineKind.Podman && !isRoot)
        {
            // Without it the user's own files are root's inside, and nobody's else.
            arguments.AddRange(["--userns", "keep-id"]);
        }

        arguments.Add(Image);
        arguments.AddRange(Command);
        return [.. arguments];
    }
}
