using System.Text;
using Firn.Common;
using Firn.Runs.Launching;

namespace Firn.Images.Engines;

/// <summary>Finds the container engine of this machine.</summary>
internal static class EngineFinder
{
    /// <summary>Names the engine for all commands.</summary>
    public const string Variable = "FIRN_ENGINE";

    /// <summary>The first version of docker that builds with BuildKit unless told.</summary>
    private const int BuildKitVersion = 23;

    /// <summary>The engine that was asked for, else the first that works: docker, podman, and buildah where nothing is run.</summary>
    /// <param name="wanted">A name or a path of a program; <see langword="null"/> for the one that is there.</param>
    /// <param name="runs">Whether containers are to be run.</param>
    /// <param name="systemContext">Variables and current folder.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="FirnException">There is none that works.</exception>
    public static ContainerEngine Find(string? wanted, bool runs, SystemContext systemContext, CancellationToken cancellation)
    {
        wanted ??= systemContext.Variable(Variable);
        if (wanted is not null)
        {
            var kind = KindOf(wanted) ?? throw new FirnException(
                $"'{wanted}' is no container engine that firn knows", "name docker, podman or buildah", FailureKind.InvalidRequest);
            return Checked(kind, wanted, runs, systemContext, cancellation);
        }

        FirnException? failure = null;
        foreach (var kind in runs ? new[] { EngineKind.Docker, EngineKind.Podman } : [EngineKind.Docker, EngineKind.Podman, EngineKind.Buildah])
        {
            var name = kind.ToString().ToLowerInvariant();
            if (IsThere(name, systemContext))
            {
                try
                {
                    return Checked(kind, name, runs, systemContext, cancellation) with { InsteadOf = failure?.Message };
                }
                catch (FirnException exception)
                {
                    failure ??= exception;
                }
            }
        }

        throw failure ?? new FirnException(
            "no container engine is on PATH", "install docker or podman; both come with most distributions", FailureKind.ProgramNotFound);
    }

    /// <summary>Each engine that is on PATH, in the order in which they are taken; or why it does not work.</summary>
    public static IReadOnlyList<(string Name, ContainerEngine? Engine, FirnException? Failure)> All(SystemContext systemContext, CancellationToken cancellation)
    {
        var found = new List<(string, ContainerEngine?, FirnException?)>();
        foreach (var kind in Enum.GetValues<EngineKind>())
        {
            var name = kind.ToString().ToLowerInvariant();
            try
            {
                if (IsThere(name, systemContext))
                {
                    found.Add((name, Checked(kind, name, runs: false, systemContext, cancellation), null));
                }
            }
            catch (FirnException failure)
            {
                found.Add((name, null, failure));
            }
        }

        return found;
    }

    private static EngineKind? KindOf(string name) => Path.GetFileName(name) switch
    {
        "docker" => EngineKind.Docker,
        "podman" => EngineKind.Podman,
        "buildah" => EngineKind.Buildah,
        _ => null,
    };

    /// <summary>Whether a program is on PATH.</summary>
    public static bool IsThere(string name, SystemContext systemContext) => PathOf(name, systemContext) is not null;

    /// <summary>Where a program is on PATH; <see langword="null"/> where it is not.</summary>
    public static string? PathOf(string name, SystemContext systemContext)
    {
        try
        {
            return ProgramFinder.Find(name, systemContext.CurrentDirectory, systemContext.Variables);
        }
        catch (FirnException)
        {
            return null;
        }
    }

    private static ContainerEngine Checked(
        EngineKind kind, string name, bool runs, SystemContext systemContext, CancellationToken cancellation)
    {
        if (runs && kind == EngineKind.Buildah)
        {
            throw new FirnException("buildah builds images and does not run them", "name docker or podman", FailureKind.InvalidRequest);
        }

        var program = ProgramFinder.Find(name, systemContext.CurrentDirectory, systemContext.Variables);
        var engine = new ContainerEngine(kind, program, string.Empty, systemContext);
        return kind == EngineKind.Docker ? Docker(engine, cancellation) : engine with
        {
            Version = VersionIn(engine.Do("say its version", "reinstall it", cancellation, "--version")),
        };
    }

    /// <summary>
    /// The client says which builder it has: BuildKit is in clients before 23 on demand, in newer ones as the plugin buildx,
    /// without which they fall back to the classic one.
    /// </summary>
    private static ContainerEngine Docker(ContainerEngine engine, CancellationToken cancellation)
    {
        var result = engine.Ask(cancellation, "version", "--format", "{{.Client.Version}}/{{.Server.Version}}");
        if (result.ExitCode != 0)
        {
            throw new FirnException(
                $"docker does not reach its daemon: {result.Reason}",
                EngineAdvice.Of(result.Reason, "docker") ?? "start the daemon, or name another engine: podman and buildah need none");
        }

        var versions = Encoding.UTF8.GetString(result.Output).Trim().Split('/');
        var isNew = int.TryParse(versions[0].Split('.')[0], out var major) && major >= BuildKitVersion;
        var asked = engine.SystemContext.Variable("DOCKER_BUILDKIT");
        var isClassic = asked == "0" || (isNew && engine.Ask(cancellation, "buildx", "version").ExitCode != 0);
        return engine with
        {
            Version = versions[0],
            Builder = isClassic ? BuilderKind.Classic : BuilderKind.Standard,
            Variables = engine.Variables.Add("DOCKER_BUILDKIT", isClassic ? "0" : "1").Add("BUILDKIT_PROGRESS", "plain"),
        };
    }

    private static string VersionIn(string text) =>
        text.Split(' ').FirstOrDefault(static word => word.Length > 0 && char.IsAsciiDigit(word[0])) ?? text;
}
