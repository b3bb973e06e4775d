using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Images.Installations;

/// <summary>Finds and reads installations. Nothing of them is executed.</summary>
/// <param name="systemContext">Variables and current folder.</param>
internal sealed class InstallationReader(SystemContext systemContext)
{
    /// <summary>The folder of a project that holds its installations.</summary>
    public const string FolderName = "installation";

    /// <summary>The settings of the project that are the same for all its users.</summary>
    public const string ProjectSettings = "project.env";

    private const string TemplateScript = "template.sh";
    private const int MaxFolders = 200;
    private const int MaxScript = 256 * 1024;

    private static readonly (string Service, ImageStage Stage, bool IsUser)[] Roles =
    [
        ("image-run-root", ImageStage.Run, false),
        ("image-dev-root", ImageStage.Dev, false),
        ("image-root", ImageStage.Run, false),
        ("image-run-user", ImageStage.Run, true),
        ("image-dev-user", ImageStage.Dev, true),
        ("image-user", ImageStage.Run, true),
    ];

    /// <summary>The installations of a project, by their folders.</summary>
    /// <param name="folder">A folder of the project.</param>
    public static ImmutableArray<string> Folders(string folder)
    {
        if (IsInstallation(folder))
        {
            return [folder];
        }

        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            var place = Path.Join(at, FolderName);
            if (Directory.Exists(place))
            {
                return
                [
                    .. Directory.EnumerateDirectories(place).Take(MaxFolders).Where(IsInstallation).Order(StringComparer.Ordinal),
                ];
            }
        }

        return [];
    }

    /// <summary>The one installation that is meant.</summary>
    /// <param name="folder">A folder of the project, or the installation's own.</param>
    /// <param name="name">Which of several; <see langword="null"/> for the only one.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">There is none, or more than one.</exception>
    public Installation Find(string folder, string? name, CancellationToken cancellation)
    {
        var folders = Folders(folder);
        var wanted = name is null ? folders : folders.RemoveAll(found => !IsNamed(Path.GetFileName(found), name));
        return wanted switch
        {
            [var only] => Read(only, cancellation),
            [] when folders.IsEmpty => throw new FirnException(
                $"{folder} has no installation of images", "`firn image init` writes one", FailureKind.InvalidRequest),
            [] => throw new FirnException(
                $"there is no installation {name}", $"there is {Names(folders)}", FailureKind.InvalidRequest),
            _ => throw new FirnException(
                $"there are several installations: {Names(wanted)}", $"go into the folder of one, or name it with {RequestSetting.Installation}", FailureKind.InvalidRequest),
        };
    }

    /// <summary>
    /// The generic run image of an installation that is named in place of an image: names of images have the user's name in them,
    /// and what several people share names the installation. <see langword="null"/> where none here has that name.
    /// </summary>
    public ImageReference? ImageOf(string text, string folder, CancellationToken cancellation) =>
        Folders(folder).FirstOrDefault(found => IsNamed(Path.GetFileName(found), text)) is { } named
            ? Read(named, cancellation).Image(ImageStage.Run, isUser: false).Reference
            : null;

    /// <summary>Reads an installation.</summary>
    /// <param name="folder">Its folder, absolute.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="platform">What stands in its tags in place of its own <c>IMAGE_PLATFORM</c>.</param>
    public Installation Read(string folder, CancellationToken cancellation, string? platform = null)
    {
        var own = EnvFile.Read(Path.Join(folder, EnvFile.FileName));
        var isFirn = File.Exists(Path.Join(folder, ProjectSettings));
        var settings = ImageSettings.OfThisUser(systemContext, cancellation).ToBuilder();
        settings["HOME"] = systemContext.HomeDirectory;
        settings["ACCELERATION"] = "cpu";
        var project = EnvFile.Read(Path.Join(folder, ProjectSettings)) ?? TemplateSettings(folder);
        foreach (var (key, value) in project?.Values ?? ImmutableDictionary<string, string>.Empty)
        {
            settings[key] = value;
        }

        settings.TryAdd("PROJECT_ROOT_AT", $"/project/{settings.GetValueOrDefault("PROJECT_NAME", "project")}");
        foreach (var (key, value) in own?.Values ?? ImmutableDictionary<string, string>.Empty)
        {
            settings[key] = value;
        }

        if (own?.Values.ContainsKey("IMAGE_NAME") != true)
        {
            settings["IMAGE_NAME"] = ImageSettings.ImageName(settings);
        }

        if (platform is not null)
        {
            settings["IMAGE_PLATFORM"] = platform;
        }

        var all = settings.ToImmutable();
        var compose = ComposeFiles.Read(folder, name => all.GetValueOrDefault(name));
        var installation = new Installation
        {
            Folder = folder,
            ProjectFolder = Path.GetFullPath("../..", folder),
            Origin = isFirn ? InstallationOrigin.Firn : InstallationOrigin.Template,
            EnvFile = own,
            Settings = all,
            Services = compose?.Services ?? ImmutableSortedDictionary<string, ComposeService>.Empty,
            // Of the template's script only some lines are settings.
            Problems = [.. own?.Problems ?? [], .. isFirn ? project?.Problems ?? [] : []],
        };
        try
        {
            return installation with { Images = [.. Images(installation)] };
        }
        catch (FirnException failure)
        {
            // The line of a setting says more than the name that it would make.
            installation.RequireSettings();
            string[] parts = ["LAB_NAME", "USR", "PROJECT_NAME", "IMAGE_NAME"];
            var wrong = Array.Find(parts, part => own?.Values.TryGetValue(part, out var value) == true && !ImageReference.IsPath(value));
            if (wrong is null)
            {
                throw;
            }

            throw new FirnException(
                $"{Path.Join(folder, EnvFile.FileName)}: line {own!.LineOf(wrong)}: {failure.Text}", failure.Hint, failure.Kind, failure);
        }
    }

    private static bool IsInstallation(string folder) =>
        File.Exists(Path.Join(folder, "Dockerfile")) && ComposeFiles.FirstIn(folder) is not null;

    private static bool IsNamed(string folder, string name) =>
        folder == name || folder == $"docker-{name}";

    private static string Names(ImmutableArray<string> folders) => string.Join(", ", folders.Select(Path.GetFileName));

    private static IEnumerable<InstallationImage> Images(Installation installation)
    {
        foreach (var (name, stage, isUser) in Roles)
        {
            if (installation.Services.TryGetValue(name, out var service) && service.Image is { } image)
            {
                yield return new InstallationImage(stage, isUser, service, ImageReference.Parse(image));
            }
        }
    }

    /// <summary>
    /// The template keeps the project's settings in the text that its script writes into <c>.env</c>: lines <c>KEY=VALUE</c>.
    /// Those that ask a program are for <c>firn image env</c>.
    /// </summary>
    private static EnvFile? TemplateSettings(string folder)
    {
        if (BoundedFile.ReadText(Path.Join(folder, TemplateScript), MaxScript) is not { } script)
        {
            return null;
        }

        var lines = script.Split('\n').Where(static line =>
            !line.Contains("$(", StringComparison.Ordinal)
            && (line.StartsWith("PROJECT_", StringComparison.Ordinal) || line.StartsWith("PACKAGE_", StringComparison.Ordinal)
                || line.StartsWith("IMAGE_PLATFORM", StringComparison.Ordinal) || line.StartsWith("ACCELERATION", StringComparison.Ordinal)));
        return EnvFile.Parse(string.Join('\n', lines), TemplateScript);
    }
}
