using System.Collections.Immutable;
using Firn.Common;
using Firn.Images;
using Firn.Images.Engines;
using Firn.Images.Installations;

namespace Firn.Workflows.Images;

/// <summary>What to run in an image of an installation.</summary>
public sealed record RunContainerRequest
{
    /// <summary>Which installation, and by which engine.</summary>
    public InstallationSelection Selection { get; init; } = new();

    /// <summary>Which image.</summary>
    public ImageStage Stage { get; init; }

    /// <summary>The command; none for the image's own: a shell where there is a terminal.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Variables, <c>KEY=VALUE</c>, or <c>KEY</c> for the value that it has here.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary><c>cpu</c>, <c>cuda</c>, or another for which compose.yaml has services; <see langword="null"/> for that of <c>.env</c>.</summary>
    public string? Acceleration { get; init; }

    /// <summary>Ports to publish, <c>[HOST:]PORT</c>.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary><c>UID[:GID]</c>; <see langword="null"/> for the user of the image.</summary>
    public string? User { get; init; }

    /// <summary>Whether nothing but mounts and <c>/tmp</c> can be written in it.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether it goes on alone; its id is printed.</summary>
    public bool IsDetached { get; init; }

    /// <summary>Whether nothing is mounted: the environment alone, without the project.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Whether a person sits at a terminal.</summary>
    public bool HasTerminal { get; init; }
}

/// <summary>
/// Runs a command in a container of an installation's image, as its <c>compose.yaml</c> says: the project is mounted, and
/// nothing of the container is left. Input and outputs are those of this process.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class RunContainer(SystemContext systemContext)
{
    /// <summary>Runs it to its end; signals to this process reach the command.</summary>
    /// <param name="request">What.</param>
    /// <param name="observer">Is told what is not as its user may think.</param>
    /// <param name="cancellation">Ends the search for engine and image; the command is ended by signals.</param>
    /// <returns>The command's exit code; that of the engine where it could not be started.</returns>
    /// <exception cref="FirnException">There is no engine, installation, service or image.</exception>
    public int Run(RunContainerRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var installation = request.Selection.Find(systemContext, cancellation);
        installation.RequireSettings();
        var engine = request.Selection.FindEngine(installation, runs: true, systemContext, observer, cancellation);
        var service = ServiceOf(request, installation);
        var image = ImageOf(request, installation, service, engine, cancellation);
        if (!service.Unknown.IsEmpty)
        {
            observer?.Tell(new WorkNotice.Warning(
                $"{service.Name} of compose.yaml has keys that firn does not obey: {string.Join(", ", service.Unknown)}"));
        }

        if (request.IsEmpty)
        {
            service = new ComposeService { Name = service.Name, Network = service.Network, Ipc = service.Ipc };
        }

        MakeSources(service);
        var isRoot = installation.Settings["USRID"] == "0";
        var start = new ContainerStart
        {
            Image = image.ToString(),
            Service = service,
            Command = [.. request.Command],
            Variables = VariablesOf(request, service),
            Ports = [.. request.Ports],
            User = request.User ?? (isRoot || image.Tag?.EndsWith("-root", StringComparison.Ordinal) != true && !IsGeneric(image, installation)
                ? null
                : $"{installation.Settings["USRID"]}:{installation.Settings["GRPID"]}"),
            IsReadOnly = request.IsReadOnly,
            IsDetached = request.IsDetached,
            HasTerminal = request.HasTerminal,
            WantsGpu = service.WantsGpu,
        };
        return ContainerRunner.Run(engine, start);
    }

    private static bool IsGeneric(ImageReference image, Installation installation) =>
        installation.Images.Any(other => !other.IsUser && other.Reference == image);

    private static ComposeService ServiceOf(RunContainerRequest request, Installation installation)
    {
        var verb = request.Stage.ToString().ToLowerInvariant();
        var acceleration = request.Acceleration ?? installation.Setting("ACCELERATION") ?? "cpu";
        string[] names = [$"{verb}-local-{acceleration}", $"run-local-{acceleration}"];
        var name = Array.Find(names, installation.Services.ContainsKey);
        if (name is null || (name != names[0] && installation.HasDevImage))
        {
            var known = installation.Services.Keys.Where(key => key.StartsWith($"{verb}-local-", StringComparison.Ordinal))
                .Select(key => key[$"{verb}-local-".Length..]);
            throw new FirnException(
                $"compose.yaml has no service {names[0]}",
                $"set ACCELERATION in .env to one of: {string.Join(", ", known)}", FailureKind.InvalidRequest);
        }

        return installation.Services[name];
    }

    /// <summary>The user's image, else the generic one, in which the user has a number and no name.</summary>
    private static ImageReference ImageOf(
        RunContainerRequest request, Installation installation, ComposeService service, ContainerEngine engine, CancellationToken cancellation)
    {
        var own = ImageReference.Parse(service.Image ?? installation.Image(request.Stage, isUser: true).Reference.ToString());
        var generic = installation.Image(request.Stage, isUser: false).Reference;
        foreach (var image in request.IsEmpty ? [generic, own] : new[] { own, generic })
        {
            if (engine.Inspect(image.ToString(), cancellation) is not null)
            {
                return image;
            }
        }

        throw new FirnException(
            own == generic ? $"{engine.Command} does not have {own}" : $"{engine.Command} has neither {own} nor {generic}", "`firn image build` builds them, `firn image pull NAME` brings them", FailureKind.InvalidRequest);
    }

    private ImmutableSortedDictionary<string, string> VariablesOf(RunContainerRequest request, ComposeService service)
    {
        var variables = service.Environment.RemoveRange(service.Environment.Where(static pair => pair.Value.Length == 0).Select(static pair => pair.Key)).ToBuilder();
        foreach (var assignment in request.Variables)
        {
            var equals = assignment.IndexOf('=');
            var name = equals < 0 ? assignment : assignment[..equals];
            if (!VariableText.IsName(name))
            {
                throw new FirnException($"'{assignment}' is not KEY=VALUE", "a name has letters, digits and _, and no digit first", FailureKind.InvalidRequest);
            }

            if (equals >= 0)
            {
                variables[name] = assignment[(equals + 1)..];
            }
            else if (systemContext.Variables.TryGetValue(name, out var here))
            {
                variables[name] = here;
            }
        }

        return variables.ToImmutable();
    }

    /// <summary>What is to be mounted and is not there: made by the engine, it would be root's.</summary>
    private void MakeSources(ComposeService service)
    {
        foreach (var volume in service.Volumes)
        {
            var source = volume.Split(':')[0];
            if (!source.StartsWith(systemContext.HomeDirectory + "/", StringComparison.Ordinal) || Path.Exists(source))
            {
                continue;
            }

            if (source.EndsWith("gitconfig", StringComparison.Ordinal))
            {
                File.WriteAllText(source, string.Empty);
            }
            else
            {
                Directory.CreateDirectory(source);
            }
        }
    }
}
