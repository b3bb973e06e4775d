using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Creation.Solvers;

namespace Firn.Images.Engines;

/// <summary>The programs that build and run images.</summary>
internal enum EngineKind
{
    /// <summary>docker: a client of a daemon, here or elsewhere.</summary>
    Docker,

    /// <summary>podman.</summary>
    Podman,

    /// <summary>buildah, which builds and does not run.</summary>
    Buildah,
}

/// <summary>How docker builds.</summary>
internal enum BuilderKind
{
    /// <summary>The engine's only builder, or docker's BuildKit.</summary>
    Standard,

    /// <summary>docker's builder before BuildKit, which has no mounts.</summary>
    Classic,
}

/// <summary>
/// A container engine, asked through its own command line: that brings contexts, hosts over SSH, credential helpers and
/// terminals as its user has set them up. Nothing a user gives becomes an option: names are checked before they come here.
/// </summary>
internal sealed record ContainerEngine(EngineKind Kind, string Program, string Version, SystemContext SystemContext)
{
    /// <summary>What the tags of images begin with that are not whole yet.</summary>
    public const string WorkPrefix = "firn";

    private const string NotFound = "No such";

    /// <summary>How it builds.</summary>
    public BuilderKind Builder { get; init; }

    /// <summary>Variables that it gets beside those of this process.</summary>
    public ImmutableDictionary<string, string?> Variables { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Why one that comes first was passed over; <see langword="null"/> where it is the first, or was named.</summary>
    public string? InsteadOf { get; init; }

    /// <summary>As users call it: <c>docker 28.2.2</c>.</summary>
    public string Name => $"{Command} {Version}";

    /// <summary>The name of its program.</summary>
    public string Command => Kind.ToString().ToLowerInvariant();

    /// <summary>Runs it and takes what it prints.</summary>
    public ProgramResult Ask(CancellationToken cancellation, params IReadOnlyList<string> arguments) => Ask(arguments, null, cancellation);

    /// <summary>Runs it and shows what it prints while it does.</summary>
    public ProgramResult Ask(IReadOnlyList<string> arguments, Action<string>? lines, CancellationToken cancellation)
    {
        // A terminal's Ctrl-C would reach podman and buildah before firn can ask them to end as they take it well. docker's client does,
        // and may have to ask for the password of a host at that terminal.
        var session = Kind != EngineKind.Docker && EngineFinder.PathOf("setsid", SystemContext) is { } found ? found : null;
        return ProgramRun.Run(
            session ?? Program, session is null ? arguments : [Program, .. arguments], SystemContext.CurrentDirectory, Variables, cancellation, lines,
            end: process => EngineStop.End(process, byItsChildren: Kind != EngineKind.Docker && arguments is ["build", ..]));
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="what">What cannot be done where it fails, for the message.</param>
    /// <param name="hint">What to do then; what the engine's message suggests goes before it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="FirnException">It failed.</exception>
    public string Do(string what, string hint, CancellationToken cancellation, params IReadOnlyList<string> arguments)
    {
        var result = Ask(cancellation, arguments);
        return result.ExitCode == 0 ? Encoding.UTF8.GetString(result.Output).Trim() : throw Failed(what, hint, result.Reason);
    }

    /// <summary>Runs it to its end, and shows what it prints while it does.</summary>
    /// <inheritdoc cref="Do"/>
    public void Show(string what, string hint, Action<string> lines, CancellationToken cancellation, params IReadOnlyList<string> arguments)
    {
        var result = Ask(arguments, lines, cancellation);
        if (result.ExitCode != 0)
        {
            throw Failed(what, hint, result.Reason);
        }
    }

    /// <summary>The failure of something that the engine was asked for.</summary>
    public FirnException Failed(string what, string hint, string reason) =>
        new($"{Command} cannot {what}: {reason}", EngineAdvice.Of(reason, Command) ?? hint);

    /// <summary>Gives an image another name too.</summary>
    public void Tag(string image, ImageReference name, CancellationToken cancellation) =>
        Do($"tag {name}", "look at `firn image show`", cancellation, "tag", image, name.ToString());

    /// <summary>Takes a name from an image; one that is not there is no failure.</summary>
    public void Untag(ImageReference name) =>
        Ask(CancellationToken.None, Kind switch
        {
            EngineKind.Docker => ["rmi", "--no-prune", name.ToString()],
            // Without the second name it takes all of them from the image.
            EngineKind.Podman => ["untag", name.ToString(), name.ToString()],
            _ => ["rmi", name.ToString()],
        });

    /// <summary>
    /// Removes those of some images that no name and no other image leads to any more: they would be listed as
    /// <c>&lt;none&gt;</c>. One that a container is of stays.
    /// </summary>
    /// <param name="ids">Images of firn's own.</param>
    public void RemoveUnnamed(IReadOnlyCollection<string> ids)
    {
        if (ids.Count == 0)
        {
            return;
        }

        var listed = Encoding.UTF8.GetString(Ask(CancellationToken.None, "images", "--quiet", "--no-trunc", "--filter", "dangling=true").Output);
        foreach (var id in listed.Split('\n', StringSplitOptions.TrimEntries).Where(ids.Contains).Distinct())
        {
            Ask(CancellationToken.None, "rmi", id);
        }
    }

    /// <summary>Removes what builds of this name left that were killed; those of others that go on are let alone.</summary>
    public void RemoveAbandoned(ImageReference name, CancellationToken cancellation)
    {
        var images = new List<string>();
        foreach (var tag in TagsOf(name, cancellation).Where(static tag => WorkName.IsAbandoned(tag, WorkPrefix)).Select(name.WithTag))
        {
            images.AddRange(Inspect(tag.ToString(), cancellation) is { Id: var id } ? [id] : []);
            Untag(tag);
        }

        RemoveUnnamed(images);

        var listed = Kind == EngineKind.Buildah ? Ask(cancellation, "containers", "--noheading", "--format", "{{.ContainerName}}") : Ask(cancellation, "ps", "--all", "--format", "{{.Names}}");
        foreach (var container in Encoding.UTF8.GetString(listed.Output).Split('\n').Select(static line => line.Trim()).Where(static line => WorkName.IsAbandoned(line, ContainerProgram.Prefix)))
        {
            Ask(cancellation, Kind == EngineKind.Buildah ? ["rm", container] : ["rm", "--force", "--volumes", container]);
        }
    }

    /// <summary>The tags that the engine has of one name, in its order.</summary>
    public ImmutableArray<string> TagsOf(ImageReference name, CancellationToken cancellation)
    {
        string[] list = ["images", "--format", Kind == EngineKind.Buildah ? "{{.Name}}:{{.Tag}}" : "{{.Repository}}:{{.Tag}}"];
        // podman looks at each image that it lists, and fails where another process removes one meanwhile.
        var first = Ask(cancellation, list);
        var listed = first.ExitCode == 0 ? Encoding.UTF8.GetString(first.Output).Trim() : Do("list images", "check that it runs", cancellation, list);
        var prefixes = new[] { $"{name.Name}:", $"localhost/{name.Name}:", $"docker.io/{name.Name}:" };
        return
        [
            .. from line in listed.Split('\n')
               let prefix = Array.Find(prefixes, line.Trim().StartsWith)
               where prefix is not null
               select line.Trim()[prefix.Length..],
        ];
    }

    /// <summary>What an image is; <see langword="null"/> where the engine does not have it.</summary>
    public ImageFacts? Inspect(string image, CancellationToken cancellation)
    {
        var result = Kind == EngineKind.Buildah
            ? Ask(cancellation, "inspect", "--type", "image", image)
            : Ask(cancellation, "image", "inspect", image);
        return result.ExitCode == 0 ? ImageFacts.Read(result.Output)
            : result.Error.Contains(NotFound, StringComparison.OrdinalIgnoreCase)
                || result.Error.Contains("not known", StringComparison.Ordinal)
                || result.Error.Contains("not found", StringComparison.Ordinal) ? null
            : throw Failed($"inspect {image}", "check that it runs", result.Reason);
    }
}

/// <summary>What the messages of engines mean that users meet most.</summary>
internal static class EngineAdvice
{
    /// <summary>What to do about it; <see langword="null"/> where the message speaks for itself.</summary>
    /// <param name="reason">What the engine says.</param>
    /// <param name="command">The engine's program.</param>
    public static string? Of(string reason, string command) =>
        Has(reason, "no space left") ? $"make room: `{command} system df` shows what images and build caches take, `{command} system prune` removes what nothing uses"
        : Has(reason, "unauthorized", "denied: ", "authentication required", "no basic auth") ? $"sign in to the registry with `{command} login HOST`"
        : Has(reason, "Cannot connect to the Docker daemon", "Is the docker daemon running") ? "start the daemon, or name another engine: podman and buildah need none"
        : Has(reason, "permission denied while trying to connect") ? "join the group docker, or name another engine: podman and buildah need no rights"
        : Has(reason, "connection refused") ? "check the host's name and port, and that it runs"
        : Has(reason, "no such host", "server misbehaving", "Temporary failure in name resolution") ? "check the host's name and the network"
        : Has(reason, "exec format error") ? "the image is for another architecture: build it there, or set up emulation (binfmt)"
        : Has(reason, "manifest unknown", "manifest for") ? "check the name and the tag; `firn image show` lists the tags of this installation"
        : Has(reason, "could not select device driver", "nvidia-container-cli") ? "install the NVIDIA Container Toolkit, or run on the CPU: set ACCELERATION=cpu in .env"
        : null;

    /// <summary>Whether a client lost its daemon (Go's io, and gRPC's words).</summary>
    public static bool IsDaemonGone(string reason) =>
        reason is "EOF" || Has(reason, "unexpected EOF", "server: EOF", "transport is closing", "code = Unavailable", "error during connect", "Cannot connect to the Docker daemon");

    private static bool Has(string reason, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (reason.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
