using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Images;
using Firn.Images.Engines;
using Firn.Images.Installations;
using Firn.Images.Scaffold;
using Firn.Projects.Templates;

namespace Firn.Workflows.Images;

/// <summary>Which installation of images to write.</summary>
public sealed record StartInstallationRequest
{
    /// <summary>The project's folder.</summary>
    public string Folder { get; init; } = ".";

    /// <summary>What the image is based on; <see langword="null"/> for what the project's files suggest.</summary>
    public ImageBase? Base { get; init; }

    /// <summary>The image that is extended; <see langword="null"/> for an official one.</summary>
    public string? BaseImage { get; init; }

    /// <summary>The processor, as images name it: <c>amd64</c> or <c>arm64</c>.</summary>
    public string? Platform { get; init; }

    /// <summary><c>cuda</c>, <c>cpu</c>, <c>rocm</c> or <c>mps</c>.</summary>
    public string Acceleration { get; init; } = "cuda";

    /// <summary>The project's name; <see langword="null"/> for its folder's.</summary>
    public string? Name { get; init; }

    /// <summary>Tells several images of one platform apart.</summary>
    public string? Suffix { get; init; }

    /// <summary>A capture whose packages the image begins with; <see langword="null"/> for the project's files.</summary>
    public string? Capture { get; init; }
}

/// <summary>What an installation is.</summary>
public sealed record InstallationSummary
{
    /// <summary>Its folder, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether a checkout of the labs' template wrote it; else <c>firn image init</c> did.</summary>
    public required bool IsTemplate { get; init; }

    /// <summary>Platform, acceleration and suffix: <c>amd64-cuda</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The name of its images without tags; <see langword="null"/> where the settings give none.</summary>
    public required string? ImageName { get; init; }

    /// <summary>The image that it extends.</summary>
    public required string? BaseImage { get; init; }

    /// <summary>Whether the user's own settings, <c>.env</c>, are there.</summary>
    public required bool HasSettings { get; init; }

    /// <summary>Its images with their names; those that the engine has, with their commits.</summary>
    public required ImmutableArray<InstallationImageSummary> Images { get; init; }

    /// <summary>What does not work as it stands, one line each.</summary>
    public required ImmutableArray<string> Remarks { get; init; }
}

/// <summary>An image of an installation.</summary>
/// <param name="Name">Its name with the tag of the latest build.</param>
/// <param name="IsThere">Whether the engine has it; <see langword="null"/> where there is no engine.</param>
/// <param name="Revision">The commit that it was built from.</param>
/// <param name="Size">In bytes; 0 where nothing says.</param>
public sealed record InstallationImageSummary(string Name, bool? IsThere, string? Revision, long Size);

/// <summary>What became of an installation that was moved or copied.</summary>
/// <param name="Folder">The new folder.</param>
/// <param name="Changed">Other files of the project that name the new one now: <c>firn.yaml</c>, those of a development container.</param>
/// <param name="Left">Lines that name the old one or its images still, as <c>FILE:LINE</c>.</param>
public sealed record ChangedInstallation(string Folder, ImmutableArray<string> Changed, ImmutableArray<string> Left);

/// <summary>Writes and reads installations: the folders from which a project's images are built.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class ImageInstallations(SystemContext systemContext)
{
    private const string DefaultPython = "3.12";
    private const int MaxSettings = 256 * 1024;

    /// <summary>Decides which files an installation has; nothing is written.</summary>
    /// <exception cref="FirnException">A name is none that images can have, or a file cannot be read.</exception>
    public FilePlan Plan(StartInstallationRequest request)
    {
        var folder = Path.GetFullPath(request.Folder, systemContext.CurrentDirectory);
        if (!Directory.Exists(folder))
        {
            throw new FirnException($"there is no folder {folder}", "make it first, or name another one", FailureKind.InvalidRequest);
        }

        var found = ProjectFinder.Find(folder, systemContext);
        var capture = request.Capture is { } file ? CaptureFiles.Read(Path.GetFullPath(file, systemContext.CurrentDirectory)) : null;
        var chosen = request.Base ?? (found.CondaFile is not null ? ImageBase.FromScratch : ImageBase.FromPython);
        return new FilePlan(folder, InstallationPlan.Make(RequestOf(request, found, chosen, capture), folder));
    }

    /// <summary>Writes the user's own settings, <c>.env</c>, with the numbers and names of this user.</summary>
    /// <param name="selection">Which installation.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The file.</returns>
    /// <exception cref="FirnException">It is there already, or there is no installation.</exception>
    public string WriteSettings(InstallationSelection selection, CancellationToken cancellation = default)
    {
        var installation = selection.Find(systemContext, cancellation);
        var path = Path.Join(installation.Folder, EnvFile.FileName);
        if (installation.EnvFile is not null)
        {
            throw new FirnException($"{path} is there already", "edit it, or remove it first", FailureKind.InvalidRequest);
        }

        var hasGpu = Path.Exists(systemContext.SystemPath("/dev/nvidiactl"));
        var text = SettingsText.Of(installation, hasGpu);
        // Keys of services stand in it.
        using var staged = AtomicFile.Stage(path, Encoding.UTF8.GetBytes(text), isPrivate: true);
        staged.Place();
        return path;
    }

    /// <summary>Describes an installation, and which of its images the engine has. Nothing is changed.</summary>
    /// <param name="selection">Which installation, and by which engine.</param>
    /// <param name="observer">Is told which engine was passed over.</param>
    /// <param name="cancellation">Ends it.</param>
    public InstallationSummary Show(InstallationSelection selection, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var installation = selection.Find(systemContext, cancellation);
        ContainerEngine? found = null;
        var remarks = ImmutableArray.CreateBuilder<string>();
        try
        {
            found = selection.FindEngine(installation, runs: false, systemContext, observer, cancellation);
        }
        catch (FirnException failure) when (selection.Engine is null)
        {
            remarks.Add($"{failure.Message}: {failure.Hint}");
        }

        remarks.AddRange(InstallationRemarks.Of(installation));
        return new InstallationSummary
        {
            Folder = installation.Folder,
            IsTemplate = installation.Origin == InstallationOrigin.Template,
            Platform = installation.Platform,
            ImageName = installation.Images is [var first, ..] ? first.Reference.Name : null,
            BaseImage = installation.Images.Select(static image => image.Service.Arguments.GetValueOrDefault("BASE_IMAGE")).FirstOrDefault(static image => image is not null),
            HasSettings = installation.EnvFile is not null,
            Images =
            [
                .. from image in installation.Images.DistinctBy(static image => image.Reference)
                   let facts = found?.Inspect(image.Reference.ToString(), cancellation)
                   select new InstallationImageSummary(
                       image.Reference.ToString(), found is null ? null : facts is not null, facts?.Revision, facts?.Size ?? 0),
            ],
            Remarks = remarks.ToImmutable(),
        };
    }

    /// <summary>Moves or copies an installation to another platform or acceleration: names, tags, services and contents.</summary>
    /// <param name="folder">A folder of the project.</param>
    /// <param name="from">The variant that is there: <c>amd64-cuda</c>.</param>
    /// <param name="to">The new variant: <c>amd64-rocm</c>, <c>arm64-cpu-small</c>.</param>
    /// <param name="keepsOld">Whether it is copied.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">There is no such installation, the new one is there already, or its name is none that tags can have.</exception>
    public ChangedInstallation ChangePlatform(string folder, string from, string to, bool keepsOld, CancellationToken cancellation = default)
    {
        var installation = new InstallationSelection { Folder = folder, Name = from }.Find(systemContext, cancellation);
        ImageReference.Parse("lab/name").WithTag($"{to}-run-latest-root");
        if (to.Split('-') is not ["amd64" or "arm64", { Length: > 0 }, ..])
        {
            throw new FirnException($"'{to}' is not PLATFORM-ACCELERATION", "write for example amd64-rocm or arm64-cpu", FailureKind.InvalidRequest);
        }

        var target = Path.Join(Path.GetDirectoryName(installation.Folder), $"docker-{to}");
        if (Path.Exists(target))
        {
            throw new FirnException($"{target} is there already", "remove it, or choose another name", FailureKind.InvalidRequest);
        }

        var staged = Path.Join(Path.GetDirectoryName(installation.Folder), $".firn-{Guid.NewGuid():N}");
        try
        {
            foreach (var (path, text) in PlatformRename.Files(installation, to))
            {
                Place(Path.Join(staged, path), Path.Join(installation.Folder, path), text);
            }

            var settings = Path.Join(installation.Folder, EnvFile.FileName);
            if (File.Exists(settings))
            {
                var acceleration = to.Split('-')[1] == installation.Setting("ACCELERATION") ? to.Split('-')[1] : "cpu";
                Place(Path.Join(staged, EnvFile.FileName), settings, EnvFile.With(
                    BoundedFile.ReadText(settings, MaxSettings) ?? string.Empty, [new("ACCELERATION", acceleration), new("IMAGE_PLATFORM", to)]));
            }

            Directory.Move(staged, target);
        }
        finally
        {
            if (Directory.Exists(staged))
            {
                Directory.Delete(staged, recursive: true);
            }
        }

        if (keepsOld)
        {
            return new ChangedInstallation(target, [], []);
        }

        Directory.Delete(installation.Folder, recursive: true);
        var mentions = new InstallationMentions(installation.ProjectFolder, installation.Name["docker-".Length..]);
        return new ChangedInstallation(target, mentions.Rename(to), mentions.Left());
    }

    /// <summary>Decides which files an installation has on another base; nothing is written. What the user lists stays.</summary>
    /// <param name="selection">Which installation.</param>
    /// <param name="chosen">The new base.</param>
    /// <param name="baseImage">The image that is extended; <see langword="null"/> for an official one.</param>
    /// <param name="cancellation">Ends it.</param>
    public FilePlan PlanBase(
        InstallationSelection selection, ImageBase chosen, string? baseImage, CancellationToken cancellation = default)
    {
        var installation = selection.Find(systemContext, cancellation);
        var parts = installation.Platform.Split('-', 3);
        var request = new StartInstallationRequest
        {
            Folder = installation.ProjectFolder,
            Base = chosen,
            BaseImage = baseImage,
            Platform = parts[0],
            Acceleration = parts.ElementAtOrDefault(1) ?? "cpu",
            Suffix = parts.ElementAtOrDefault(2),
            Name = installation.Setting("PROJECT_NAME"),
        };
        return Plan(request);
    }

    private static void Place(string path, string like, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var staged = AtomicFile.Stage(path, Encoding.UTF8.GetBytes(text), isPrivate: Path.GetFileName(path) == EnvFile.FileName);
        staged.Place();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(like));
        }
    }

    private InstallationRequest RequestOf(
        StartInstallationRequest request, FoundProject found, ImageBase chosen, Capture? capture)
    {
        var platform = request.Platform ?? (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64");
        if (platform is not ("amd64" or "arm64"))
        {
            throw new FirnException($"'{platform}' is not a platform that firn knows", "name amd64 or arm64", FailureKind.InvalidRequest);
        }

        var name = request.Name ?? ImageSettings.NamePart(found.Name);
        // Both stand in names of images, where a slip would be found only at the first build.
        ImageReference.Parse(name);
        ImageReference.Parse("lab/name").WithTag($"{platform}-{request.Acceleration}-{request.Suffix ?? "x"}-run-latest-root");
        if (name.Contains('/', StringComparison.Ordinal))
        {
            throw new FirnException($"the project's name '{name}' holds a slash", "the name of the registry is given when images are pushed", FailureKind.InvalidRequest);
        }

        var image = request.BaseImage ?? (chosen == ImageBase.FromPython
            ? $"docker.io/library/python:{found.PythonVersion ?? DefaultPython}-slim-bookworm"
            : "docker.io/library/debian:bookworm-slim");
        var variant = string.Join('-', new[] { platform, request.Acceleration, request.Suffix }.Where(static part => !string.IsNullOrEmpty(part)));
        var lists = Path.Join(found.Folder, InstallationReader.FolderName, $"docker-{variant}", "dependencies");
        var dependencies = chosen == ImageBase.FromPython ? DependencyFile.ForPython(found, capture) : DependencyFile.ForScratch(found, capture, lists);
        return new InstallationRequest
        {
            Base = chosen,
            BaseImage = ImageReference.Parse(image),
            Platform = platform,
            Acceleration = request.Acceleration,
            Suffix = request.Suffix,
            ProjectName = name,
            PackageName = PackageOf(found),
            Dependencies = dependencies,
            IsLocked = DependencyFile.IsLocked(dependencies.Name, dependencies.Text, platform, systemContext),
        };
    }

    /// <summary>The one package below <c>src</c>, or of the project's own name, that can be imported.</summary>
    private static string PackageOf(FoundProject found)
    {
        if (!found.HasPyproject)
        {
            return string.Empty;
        }

        var source = Path.Join(found.Folder, "src");
        var packages = Directory.Exists(source)
            ? Directory.EnumerateDirectories(source).Where(static folder => File.Exists(Path.Join(folder, "__init__.py"))).ToList()
            : [];
        var flat = found.Name.Replace('-', '_');
        return packages is [var only] ? Path.GetFileName(only)
            : File.Exists(Path.Join(found.Folder, flat, "__init__.py")) ? flat
            : string.Empty;
    }
}
