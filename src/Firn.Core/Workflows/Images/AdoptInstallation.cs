using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Images;
using Firn.Images.Adoption;
using Firn.Images.Installations;
using Firn.Images.Scaffold;
using Firn.Projects.Templates;

namespace Firn.Workflows.Images;

/// <summary>
/// Looks at what a project has for building images, says what Firn would make of it, and changes nothing: a checkout of the
/// labs' template goes on as it is.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class AdoptInstallation(SystemContext systemContext)
{
    private const int MaxFile = 1024 * 1024;
    private const int MaxFiles = 2000;
    private const string Commit = "COMMIT";

    private static readonly string[] Dockerfiles = ["Dockerfile", "Containerfile", "docker/Dockerfile", ".devcontainer/Dockerfile", "dockerfile"];

    /// <summary>Files of the template whose lines are its own: its user edits them in place.</summary>
    private static readonly string[] Scripts =
        ["Dockerfile", "Dockerfile-user", "compose.yaml", "compose-base.yaml", "template.sh", "update-env-file.sh"];

    private static readonly string[] OtherFiles =
    [
        "README.md", "LICENSE.cresset", "cresset.LICENSE", ".dockerignore", ".gitignore", ".env", "apt.txt", "apt-build.txt", "apt-runtime.txt", "apt-dev.txt",
        "requirements.txt", "requirements-freeze.txt", "environment.yml", "environment-freeze.yml",
    ];

    private static readonly string[] Services = ["args-run-root", "build-args", "image-", "run-local-", "dev-local-"];

    /// <summary>Looks.</summary>
    /// <param name="selection">The project, and which of its installations.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">There are several installations, or one cannot be read.</exception>
    public AdoptionReport Run(InstallationSelection selection, CancellationToken cancellation = default)
    {
        var folder = Path.GetFullPath(selection.Folder, systemContext.CurrentDirectory);
        if (!Directory.Exists(folder))
        {
            throw new FirnException($"there is no folder {folder}", "name the project's", FailureKind.InvalidRequest);
        }

        if (InstallationReader.Folders(folder).IsEmpty)
        {
            return OfProject(folder);
        }

        var installation = selection.Find(systemContext, cancellation);
        var parts = installation.Platform.Split('-', 3);
        var report = new AdoptionReport
        {
            Kind = installation.Origin == InstallationOrigin.Template ? AdoptionKind.Template : AdoptionKind.Firn,
            Folder = installation.Folder,
            HasDevImage = installation.HasDevImage,
            BaseImage = BaseOf(installation),
            Platform = parts[0],
            Acceleration = parts.ElementAtOrDefault(1),
            ImageName = installation.Images is [var first, ..] ? first.Reference.Name : null,
            Tags =
            [
                .. installation.Images.Where(image => !image.IsUser || installation.EnvFile is not null)
                    .SelectMany(static image => new[] { image.Reference.Tag, image.Tag.OfCommit(Commit) }).OfType<string>().Distinct(),
            ],
            HasSettings = installation.EnvFile is not null,
            OwnSettings = [.. OwnSettings(installation)],
            Command = InitCommand(installation, parts),
            Remarks = [.. InstallationRemarks.Of(installation).Skip(installation.EnvFile is null ? 1 : 0)],
        };
        return report.Kind == AdoptionKind.Template ? OfTemplate(installation, report) : OfFirn(installation, parts, report);
    }

    private static string? BaseOf(Installation installation) =>
        installation.Images.Select(static image => image.Service.Arguments.GetValueOrDefault("BASE_IMAGE")).FirstOrDefault(static image => image is { Length: > 0 });

    private static bool IsFromScratch(Installation installation) => installation.Origin == InstallationOrigin.Firn
        ? !File.Exists(Path.Join(installation.Folder, "dependencies", "make-env.sh"))
        : installation.Images.Any(static image => image.Service.Arguments.ContainsKey("CONDA_URL"));

    /// <summary>The command that writes an installation in this one's place, and only shows it.</summary>
    private static string InitCommand(Installation installation, string[] parts)
    {
        var way = IsFromScratch(installation) ? "scratch" : "python";
        var image = BaseOf(installation) is { } named ? $" {named}" : string.Empty;
        var name = installation.Setting("PROJECT_NAME") is { } project ? $" --name {project}" : string.Empty;
        var suffix = parts.ElementAtOrDefault(2) is { } text ? $" --suffix {text}" : string.Empty;
        return $"firn image init --from-{way}{image} --platform {parts[0]} --acceleration {parts.ElementAtOrDefault(1) ?? "cpu"}{name}{suffix} --dry-run";
    }

    private static AdoptionReport OfTemplate(Installation installation, AdoptionReport report)
    {
        var names = Files(installation.Folder);
        var files = names.Where(IsScript).Select(name => (Path: name, Text: BoundedFile.ReadText(Path.Join(installation.Folder, name), MaxFile)))
            .Append((Path: "../edit-platform-and-acceleration.sh", Text: BoundedFile.ReadText(Path.Join(installation.Folder, "../edit-platform-and-acceleration.sh"), MaxFile)))
            .Where(static file => file.Text is not null).Select(static file => (file.Path, Text: file.Text!)).ToList();
        var lists = names.Where(static name => name.EndsWith(".txt", StringComparison.Ordinal) && !IsOfBase(name))
            .Select(name => (name, BoundedFile.ReadText(Path.Join(installation.Folder, name), MaxFile) ?? string.Empty));
        var template = new TemplateLines(installation);
        return report with
        {
            OwnLines =
            [
                .. files.SelectMany(file => template.Own(file.Path, file.Text))
                    .Where(static line => line.Text.StartsWith("BASE_IMAGE:", StringComparison.Ordinal) is false)
                    .Select(static line => new AdoptionLine(line.Path, line.Number, line.Text)),
            ],
            OwnServices = [.. installation.Services.Keys.Where(static name => !Services.Any(known => name.StartsWith(known, StringComparison.Ordinal)))],
            OwnFiles = [.. names.Where(static name => !IsScript(name) && !IsOther(name))],
            Defects =
            [
                .. TemplateDefects.In(installation, [.. files, .. lists]).Select(static defect => new AdoptionDefect(
                    defect.Code, new AdoptionLine(defect.Line.Path, defect.Line.Number, defect.Line.Text), defect.More, defect.What, defect.Instead)),
            ],
        };
    }

    private static bool IsScript(string name) =>
        !IsOfBase(name) && (Scripts.Contains(name) || name == "dependencies/update-env-file.sh" || name.StartsWith("entrypoints/", StringComparison.Ordinal));

    /// <summary>The template keeps the files of both bases beside those that are in use.</summary>
    private static bool IsOfBase(string name) =>
        name.Split('/')[0] is "from-python-template" or "from-scratch-template" or "from-python" or "from-scratch" && name.Contains('/', StringComparison.Ordinal);

    private static bool IsOther(string name) =>
        IsOfBase(name) || OtherFiles.Contains(name) || (name.StartsWith("dependencies/", StringComparison.Ordinal) && OtherFiles.Contains(name["dependencies/".Length..]))
        || name.Split('/') is [var folder, _, ..] && folder.EndsWith("-setup", StringComparison.Ordinal);

    private static ImmutableArray<string> Files(string folder) =>
    [
        .. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Take(MaxFiles).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal),
    ];

    /// <summary>Settings that differ from what <c>firn image env</c> writes for this user; how a machine computes is no difference.</summary>
    private static IEnumerable<string> OwnSettings(Installation installation)
    {
        if (installation.EnvFile is not { } own)
        {
            return [];
        }

        var usual = EnvFile.Parse(SettingsText.Of(installation with { EnvFile = null }, hasGpu: false), EnvFile.FileName).Values;
        return own.Values.Where(pair => pair.Key is not "ACCELERATION" && (usual.TryGetValue(pair.Key, out var value) ? value != pair.Value : pair.Value.Length > 0))
            .Select(static pair => pair.Key).Order(StringComparer.Ordinal);
    }

    /// <summary>Compares an installation of Firn's with what this firn writes.</summary>
    private static AdoptionReport OfFirn(Installation installation, string[] parts, AdoptionReport report)
    {
        if (report.BaseImage is null || installation.Name != $"docker-{installation.Platform}")
        {
            return report with { Remarks = report.Remarks.Add("its folder is not named for IMAGE_PLATFORM, or no BASE_IMAGE is named: it is not compared with what this firn writes") };
        }

        var isScratch = IsFromScratch(installation);
        var service = installation.Images[0].Service;
        var plan = InstallationPlan.Make(
            new InstallationRequest
            {
                Base = isScratch ? ImageBase.FromScratch : ImageBase.FromPython,
                BaseImage = ImageReference.Parse(report.BaseImage),
                Platform = parts[0],
                Acceleration = parts.ElementAtOrDefault(1) ?? "cpu",
                Suffix = parts.ElementAtOrDefault(2),
                ProjectName = installation.Setting("PROJECT_NAME") ?? "project",
                PackageName = installation.Setting("PACKAGE_NAME") ?? string.Empty,
                BaseEntrypoint = service.Arguments.GetValueOrDefault("BASE_ENTRYPOINT") ?? string.Empty,
                Dependencies = Dependencies(installation, isScratch),
            },
            installation.ProjectFolder);
        return report with { Differences = [.. plan.Where(static file => file.Old != file.New).Select(DifferenceOf)] };
    }

    private static (string Name, string Text) Dependencies(Installation installation, bool isScratch)
    {
        var folder = Path.Join(installation.Folder, "dependencies");
        string[] names = isScratch
            ? ["explicit.txt", "conda-lock.yml", "pylock.toml", DependencyFile.CondaSpec]
            : [DependencyFile.Requirements];
        var name = Array.Find(names, name => File.Exists(Path.Join(folder, name))) ?? names[^1];
        return (name, BoundedFile.ReadText(Path.Join(folder, name), MaxFile) ?? string.Empty);
    }

    private static AdoptionDifference DifferenceOf(PlannedFile file)
    {
        if (file.IsNew)
        {
            return new AdoptionDifference(file.Path, file.New.Count(static character => character == '\n'), 0, IsMissing: true);
        }

        var lines = file.Difference().Split('\n').Where(static line => !line.StartsWith("---", StringComparison.Ordinal) && !line.StartsWith("+++", StringComparison.Ordinal)).ToList();
        return new AdoptionDifference(
            file.Path, lines.Count(static line => line.StartsWith('+')), lines.Count(static line => line.StartsWith('-')), IsMissing: false);
    }

    /// <summary>A project without an installation: what its own Dockerfile has, and what a new installation begins with.</summary>
    private AdoptionReport OfProject(string folder)
    {
        var found = ProjectFinder.Find(folder, systemContext);
        var path = Array.Find(Dockerfiles, name => File.Exists(Path.Join(folder, name)));
        var text = path is null ? null : BoundedFile.ReadText(Path.Join(folder, path), MaxFile);
        var own = text is null ? null : OwnDockerfile.Read(text, found.Requirements);
        var isScratch = own?.BaseImage is not null ? !own.HasPython : found.CondaSpec is not null || (found.Lock is not null && found.Requirements is null);
        var begins = isScratch ? found.Lock ?? found.CondaSpec : null;
        var image = own?.BaseImage is { } named ? $" --from-{(isScratch ? "scratch" : "python")} {named}" : string.Empty;
        return new AdoptionReport
        {
            Kind = own is null ? AdoptionKind.Nothing : AdoptionKind.Dockerfile,
            Folder = folder,
            Dockerfile = own is null ? null : path,
            BaseImage = own?.BaseImage?.ToString(),
            Steps = [.. (own?.Steps ?? []).Select(static step => new AdoptionStep(step.Line, step.Text, step.Place))],
            BeginsWith = begins ?? found.Requirements ?? (found.HasPyproject ? "pyproject.toml" : null),
            Command = $"firn image init{image} --dry-run",
        };
    }
}
