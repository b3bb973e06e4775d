using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Git;
using Firn.Images.Engines;
using Firn.Images.Installations;
using Firn.Projects;
using Firn.Runs.Running;

namespace Firn.Workflows.Images;

/// <summary>A command line of firn that is to be done inside of an image.</summary>
public sealed record RunInImageRequest
{
    /// <summary>
    /// The image, by a name that the engine has, or an installation of the project, whose image it is; <see langword="null"/>
    /// for the one that the project chooses as its environment.
    /// </summary>
    public string? Image { get; init; }

    /// <summary>The container engine; <see langword="null"/> for the one that is there.</summary>
    public string? Engine { get; init; }

    /// <summary>The arguments of firn inside.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The analyses that are meant, which may choose their environments; none for all.</summary>
    public IReadOnlyList<string> Analyses { get; init; } = [];

    /// <summary>Whether the command is of the project's analyses; a program of its own goes by the project's environment alone.</summary>
    public bool IsOfAnalyses { get; init; }

    /// <summary>The project's folder; <see langword="null"/> for the one with <c>firn.yaml</c>, the current one or above.</summary>
    public string? Project { get; init; }

    /// <summary>The store's folder; <see langword="null"/> for the usual one.</summary>
    public string? Store { get; init; }

    /// <summary>Folders and files that are there inside, too, at the same place: <c>PATH[:ro]</c>.</summary>
    public IReadOnlyList<string> Mounts { get; init; } = [];

    /// <summary>The names of variables whose values here the container gets.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>firn as one file, which does it inside.</summary>
    public string? Program { get; init; }
}

/// <summary>
/// Does what a command line of firn says inside of an image: this very program runs in a container, with the project and
/// the store at the places where they are here, as the user that calls. So a run in an image is captured, observed and kept
/// as any other.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class RunInImage(SystemContext systemContext)
{
    private const string Temporary = "/tmp";
    private const string Inside = "/firn-program";
    private const int MaxProject = 16 * 1024 * 1024;

    /// <summary>The image in which it is to be done: the one that is named, else the project's environment where that is one.</summary>
    /// <param name="request">What is asked for.</param>
    /// <returns><see langword="null"/> where it is to be done here: no image is chosen, or this is in it already.</returns>
    /// <exception cref="FirnException">The analyses choose several environments, of which one is an image; or there is none, and mounts for it.</exception>
    public string? ImageFor(RunInImageRequest request)
    {
        if (ImageOfContainer.Of(systemContext) is not null)
        {
            return null;
        }

        return request.Image ?? ImageOfProject(request)
            ?? (request.Mounts.Count == 0 && request.Variables.Count == 0 && request.Engine is null ? null : throw new FirnException(
                "nothing is done in an image here, so there is nothing to mount and no engine to choose",
                "name the image, or choose one as the project's environment", FailureKind.InvalidRequest));
    }

    /// <summary>Does it.</summary>
    /// <param name="wanted">The image, as <see cref="ImageFor"/> gives it: a name that the engine has, or an installation of the project.</param>
    /// <param name="request">What.</param>
    /// <param name="observer">Is told where something is left.</param>
    /// <param name="cancellation">Ends the search for engine and image; what runs is ended by signals.</param>
    /// <returns>The exit code of firn inside; that of the engine where it could not be started.</returns>
    /// <exception cref="FirnException">There is no engine or no such image, or a folder to mount is not there.</exception>
    public int Run(string wanted, RunInImageRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var program = request.Program ?? throw new FirnException("this firn is not one file, which could work inside an image", "use the published program");
        var project = ProjectLocator.Find(request.Project, systemContext);
        var installations = InstallationReader.Folders(project ?? systemContext.CurrentDirectory);
        var engine = EngineChoice.Find(request.Engine, runs: true, systemContext, observer, cancellation);
        var name = new InstallationReader(systemContext).ImageOf(wanted, project ?? systemContext.CurrentDirectory, cancellation)?.ToString() ?? wanted;
        using var image = OpenedImage.Open(name, engine, cancellation, isBuilt: name != wanted);
        using var temporary = TemporaryRunFolder.Make();
        var isTemplate = ImageEntrypoint.IsIn(image.Facts.Entrypoint);
        var folder = project ?? (installations is [var first, ..] ? Path.GetFullPath("../..", first) : systemContext.CurrentDirectory);
        var store = ProjectStore.LocateAnywhere(request.Store, request.Project, systemContext);
        var user = ImageSettings.OfThisUser(systemContext, cancellation);
        var installed = $"{Temporary}/firn-{user["USRID"]}";
        var start = new ContainerStart
        {
            Image = image.Name,
            Service = ServiceOf(name, installations, cancellation) with
            {
                Volumes = [.. Volumes(request, folder, store, program, temporary.Path), .. project is null ? [] : Installed(project, installed)],
                WorkingDirectory = systemContext.CurrentDirectory,
                User = null,
            },
            Command = [.. isTemplate ? new[] { Inside } : [], .. request.Arguments],
            Entrypoint = isTemplate ? null : Inside,
            User = $"{user["USRID"]}:{user["GRPID"]}",
            Variables = Variables(request, new ImageOfContainer(image.Facts.Id, engine.Name, name), store, folder, project is null ? null : installed, isTemplate),
        };
        observer?.Tell(new WorkNotice.Remark($"in {name}, by {engine.Name}"));
        var exitCode = ContainerRunner.Run(engine, start);
        temporary.IsKept = TemporaryRunFolder.AreIn(temporary.Path);
        if (temporary.IsKept)
        {
            observer?.Tell(new WorkNotice.Warning($"what {Temporary} is inside is {temporary.Path} here, where what could not be kept lies"));
        }

        return exitCode;
    }

    /// <summary>The image that the project chooses for what is asked; <see langword="null"/> where it chooses none.</summary>
    private string? ImageOfProject(RunInImageRequest request)
    {
        // Few projects do: the others need not be read twice.
        if (ProjectLocator.Find(request.Project, systemContext) is not { } folder
            // What is no analysis, a misspelt option for one, is said by the command itself.
            || request.Analyses.Any(static name => name.StartsWith('-') || !name.Contains('/', StringComparison.Ordinal))
            || BoundedFile.ReadText(Path.Join(folder, Project.FileName), MaxProject)?.Contains("image", StringComparison.Ordinal) != true)
        {
            return null;
        }

        if (!request.IsOfAnalyses)
        {
            return ImageOf(ProjectReader.ReadSettings(folder).Environment);
        }

        var project = ProjectReader.Read(folder);
        var images = AnalysisOrder.Of(project, request.Analyses).Select(static analysis => ImageOf(analysis.Environment)).Distinct().ToList();
        return images is [var only] ? only : images.All(static image => image is null) ? null : throw new FirnException(
            $"the analyses choose several environments: {string.Join(", ", images.Select(static image => image ?? "one outside of images"))}",
            "name analyses of one image alone, or the image that all of them take", FailureKind.InvalidRequest);
    }

    private static string? ImageOf(EnvironmentChoice? choice) => choice is { Kind: EnvironmentChoiceKind.Image } ? choice.Value : null;

    /// <summary>How an installation of the project runs this image: GPUs, limits, shared memory. Another image gets the engine's defaults.</summary>
    private ComposeService ServiceOf(string image, ImmutableArray<string> installations, CancellationToken cancellation)
    {
        foreach (var folder in installations)
        {
            var installation = new InstallationReader(systemContext).Read(folder, cancellation);
            if (installation.Images.Any(own => own.Reference.ToString() == image)
                && installation.Services.TryGetValue($"run-local-{installation.Setting("ACCELERATION") ?? "cpu"}", out var service))
            {
                return service;
            }
        }

        return new ComposeService { Name = "run" };
    }

    private ImmutableArray<string> Volumes(RunInImageRequest request, string folder, string store, string program, string temporary)
    {
        Directory.CreateDirectory(store);
        var places = new List<string> { folder, systemContext.CurrentDirectory, store };
        if (new GitRepositoryFinder(systemContext).Find(folder) is { } repository)
        {
            places.AddRange([repository.WorkTree, repository.GitDirectory, repository.CommonDirectory]);
        }

        var volumes = ImmutableArray.CreateBuilder<string>();
        volumes.Add($"{program}:{Inside}:ro");
        // Of each container its own, at a place that is always the same: it stands in variables, which are compared.
        volumes.Add($"{temporary}:{Temporary}");
        foreach (var place in places.Distinct().Where(place => !places.Exists(other => other != place && RealPath.IsWithin(place, other))))
        {
            volumes.Add(Volume(place, string.Empty));
        }

        foreach (var mount in request.Mounts)
        {
            var isReadOnly = mount.EndsWith(":ro", StringComparison.Ordinal);
            var path = Path.GetFullPath(isReadOnly ? mount[..^3] : mount, systemContext.CurrentDirectory);
            volumes.Add(Path.Exists(path) ? Volume(path, isReadOnly ? ":ro" : string.Empty) : throw new FirnException(
                $"{path} is to be mounted and is not there", "make it, or name another folder", FailureKind.InvalidRequest));
        }

        return volumes.ToImmutable();
    }

    /// <summary>Where the entrypoint installs the project: kept from run to run, so that code that did not change is seen not to have.</summary>
    private static ImmutableArray<string> Installed(string project, string inside)
    {
        var place = UnlinkedPath.Of(project, Path.Join(Project.StateFolder, "installed"));
        Directory.CreateDirectory(place);
        if (!OperatingSystem.IsWindows())
        {
            // The entrypoint takes none that others could write to.
            File.SetUnixFileMode(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return [$"{place}:{inside}"];
    }

    private static string Volume(string path, string options) => path.Contains(':', StringComparison.Ordinal)
        ? throw new FirnException($"{path} cannot be mounted: engines take no : in a path", "move or rename the folder", FailureKind.InvalidRequest)
        : $"{path}:{path}{options}";

    private ImmutableSortedDictionary<string, string> Variables(
        RunInImageRequest request, ImageOfContainer image, string store, string project, string? installed, bool isTemplate)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        // Firn's own settings hold inside, too; those of this machine's engine do not.
        foreach (var (key, value) in systemContext.Variables.Where(static pair => pair.Key.StartsWith("FIRN_", StringComparison.Ordinal)))
        {
            variables[key] = value;
        }

        foreach (var key in request.Variables)
        {
            variables[key] = systemContext.Variables.GetValueOrDefault(key) ?? throw new FirnException(
                $"the variable {key} is not set here", "set it, or leave it out", FailureKind.InvalidRequest);
        }

        variables.Remove(EngineFinder.Variable);
        variables["FIRN_STORE"] = store;
        variables[ImageOfContainer.Variable] = image.Text;
        if (installed is not null)
        {
            // Of a container's own home nothing is left, and the environment would be read whole each time.
            variables.TryAdd("FIRN_CACHE", $"{installed}/.cache");
        }

        variables[isTemplate ? "PROJECT_ROOT_AT" : "HOME"] = isTemplate ? project : Temporary;
        return variables.ToImmutable();
    }
}
