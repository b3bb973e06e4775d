using System.Collections.Immutable;
using System.Text;
using Firn.Common.Files;
using Firn.Images.Installations;
using Firn.Projects.Templates;

namespace Firn.Images.Scaffold;

/// <summary>What an image is based on.</summary>
public enum ImageBase
{
    /// <summary>An image that has a Python, which is extended.</summary>
    FromPython,

    /// <summary>A plain system; the environment is made anew.</summary>
    FromScratch,
}

/// <summary>What to write an installation for.</summary>
internal sealed record InstallationRequest
{
    public required ImageBase Base { get; init; }

    /// <summary>The image that is extended.</summary>
    public required ImageReference BaseImage { get; init; }

    /// <summary>For example <c>amd64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary><c>cuda</c>, <c>cpu</c>, <c>rocm</c> or <c>mps</c>.</summary>
    public required string Acceleration { get; init; }

    /// <summary>Tells several images of one platform apart.</summary>
    public string? Suffix { get; init; }

    /// <summary>The project's name, as it stands in images' names.</summary>
    public required string ProjectName { get; init; }

    /// <summary>The project's module, as it is imported; empty where there is none.</summary>
    public required string PackageName { get; init; }

    /// <summary>The entrypoint of the base image; empty where it has none.</summary>
    public string BaseEntrypoint { get; init; } = string.Empty;

    /// <summary>The name of the file that says what is installed, and its text.</summary>
    public required (string Name, string Text) Dependencies { get; init; }

    /// <summary>Whether that file names one archive for each package.</summary>
    public bool IsLocked { get; init; }

    /// <summary>Platform, acceleration and suffix as they stand in folders and tags.</summary>
    public string Variant => string.Join('-', new[] { Platform, Acceleration, Suffix }.Where(static part => !string.IsNullOrEmpty(part)));
}

/// <summary>Decides which files an installation has. Nothing is written here.</summary>
internal static class InstallationPlan
{
    private const int MaxFile = 4 * 1024 * 1024;

    /// <summary>What the NVIDIA Container Toolkit gives the container (docs.nvidia.com, Specialized configurations).</summary>
    public const string Nvidia = "ENV NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility\n";

    /// <summary>micromamba 2.9.0-0 by the architecture that it runs on: the name of its file and its sha256.</summary>
    private static readonly ImmutableDictionary<string, (string File, string Sha256)> Solvers =
        ImmutableDictionary<string, (string, string)>.Empty
            .Add("amd64", ("micromamba-linux-64", "366cd9cd8be14df1ab8ed50352a82111082a36686b2d389fdb79a92c3fafb3e3"))
            .Add("arm64", ("micromamba-linux-aarch64", "9f93b974adcb4d166996af969b6cd371287d1a3e52733704727884d9b74cb7a7"));

    /// <summary>Files that the user's own ones lie in: they are never written over.</summary>
    private static readonly string[] Owned = ["apt-build.txt", "apt-runtime.txt", "apt-dev.txt", "ignore.txt"];

    /// <summary>The files, with paths relative to the project.</summary>
    public static ImmutableArray<PlannedFile> Make(InstallationRequest request, string project)
    {
        var folder = $"{InstallationReader.FolderName}/docker-{request.Variant}";
        var files = ImmutableArray.CreateBuilder<PlannedFile>();
        void Add(string path, string text, bool isOwned = false)
        {
            var old = BoundedFile.ReadText(Path.Join(project, folder, path), MaxFile);
            files.Add(new PlannedFile($"{folder}/{path}", old, isOwned && old is not null ? old : text)
            {
                IsProgram = Path.GetFileName(path) is "template.sh" or "entrypoint.sh" or "update-env-file",
            });
        }

        Add("Dockerfile", Filled(Resource("common/Dockerfile").Replace("@MAKE_ENVIRONMENT@\n", Resource(EnvironmentSteps(request)), StringComparison.Ordinal), request));
        Add("Dockerfile-user", Resource("common/Dockerfile-user"));
        Add("compose-base.yaml", ComposeBase(request));
        Add("compose.yaml", Compose(request.Acceleration));
        Add(InstallationReader.ProjectSettings, Settings(request));
        Add(".dockerignore", Resource("common/dockerignore"));
        Add(".gitignore", Resource("common/gitignore"));
        Add("template.sh", Resource("common/template.sh"));
        Add("README.md", Filled(Resource("common/README.md"), request));
        foreach (var name in new[] { "install-apt.sh", "update-env-file" })
        {
            Add($"dependencies/{name}", Resource($"common/{name}"));
        }

        foreach (var name in request.Base == ImageBase.FromPython ? new[] { "make-env.sh", "share_scripts.py" } : [])
        {
            Add($"dependencies/{name}", Resource($"common/{name}"));
        }

        foreach (var name in Owned)
        {
            Add($"dependencies/{name}", Resource($"common/{name}"), isOwned: true);
        }

        Add($"dependencies/{request.Dependencies.Name}", request.Dependencies.Text, isOwned: true);
        foreach (var name in Entrypoints())
        {
            Add($"entrypoints/{name}", Resource($"entrypoints/{name}"));
        }

        files.Add(PlatformScript(project));
        return files.ToImmutable();
    }

    /// <summary>Beside the installations; where the template's own is there, that stays.</summary>
    private static PlannedFile PlatformScript(string project)
    {
        const string Name = "edit-platform-and-acceleration.sh";
        var path = $"{InstallationReader.FolderName}/{Name}";
        var old = BoundedFile.ReadText(Path.Join(project, path), MaxFile);
        return new PlannedFile(path, old, old ?? Resource($"common/{Name}")) { IsProgram = true };
    }

    /// <summary>A file of the scaffold.</summary>
    internal static string Resource(string name)
    {
        using var stream = typeof(InstallationPlan).Assembly.GetManifestResourceStream($"scaffold/{name}")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static IEnumerable<string> Entrypoints() =>
        typeof(InstallationPlan).Assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith("scaffold/entrypoints/", StringComparison.Ordinal))
            .Select(static name => name["scaffold/entrypoints/".Length..]).Order(StringComparer.Ordinal);

    /// <summary>The words in which installations differ.</summary>
    private static string Filled(string text, InstallationRequest request)
    {
        var (subject, relation, content, variable) = request.Base == ImageBase.FromPython
            ? ("the Python of BASE_IMAGE, extended by dependencies/requirements.txt", "based on", "Python packages", "VIRTUAL_ENV")
            : ("an environment of its own on a plain system, made from dependencies/@SPECIFICATION@", "on", "the Python environment", "CONDA_PREFIX");
        return text
            .Replace("@SUBJECT@", subject, StringComparison.Ordinal)
            .Replace("@RELATION@", relation, StringComparison.Ordinal)
            .Replace("@CONTENT@", content, StringComparison.Ordinal)
            .Replace("@PREFIX_VARIABLE@", variable, StringComparison.Ordinal)
            .Replace("@PROJECT_NAME@", request.ProjectName, StringComparison.Ordinal)
            .Replace("@VARIANT@", request.Variant, StringComparison.Ordinal)
            .Replace("@SPECIFICATION@", request.Dependencies.Name, StringComparison.Ordinal)
            .Replace("@ACCELERATOR@\n", request.Acceleration == "cuda" ? Nvidia : string.Empty, StringComparison.Ordinal)
            .Replace("@BASE_IMAGE@", request.BaseImage.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The steps of the Dockerfile that make the environment: pip's on the base's Python, else firn's from a lock, else micromamba's.</summary>
    private static string EnvironmentSteps(InstallationRequest request) =>
        request.Base == ImageBase.FromPython ? "environment/by-pip"
        : request.IsLocked ? "environment/by-firn"
        : "environment/by-micromamba";

    private static string ComposeBase(InstallationRequest request)
    {
        var text = new StringBuilder();
        text.Append("# What the images are built from.\n\nx-base: &base\n");
        text.Append($"  BASE_IMAGE: {request.BaseImage}\n");
        text.Append("  # The entrypoint of that image, which is run before the command: `docker inspect` shows it. Empty for none.\n");
        text.Append($"  BASE_ENTRYPOINT: \"{request.BaseEntrypoint}\"\n");
        text.Append("  # 1 where that entrypoint ends with exec \"$@\", 0 where it is to be sourced.\n");
        text.Append("  BASE_ENTRYPOINT_EXECS: \"1\"\n");
        if (request.Base == ImageBase.FromScratch && !request.IsLocked)
        {
            var (file, sha256) = Solvers[request.Platform];
            text.Append(Resource("environment/micromamba-arguments")
                .Replace("@SOLVER@", file, StringComparison.Ordinal).Replace("@SOLVER_SHA256@", sha256, StringComparison.Ordinal));
        }

        text.Append("\nservices:\n");
        foreach (var service in new[] { "image-run-root", "image-dev-root" })
        {
            text.Append($"  {service}:\n    build:\n      context: .\n      args: *base\n");
        }

        return text.ToString();
    }

    /// <summary>The text with the solver of another processor: the address of its file, and its digest.</summary>
    internal static string WithSolverOf(string text, string from, string to)
    {
        if (!Solvers.TryGetValue(from, out var old) || !Solvers.TryGetValue(to, out var solver) || !text.Contains("SOLVER_URL:", StringComparison.Ordinal))
        {
            return text;
        }

        // A version that the user chose has another digest: that line stays, and the build says that it does not fit.
        return text.Replace($"/{old.File}\n", $"/{solver.File}\n", StringComparison.Ordinal).Replace(old.Sha256, solver.Sha256, StringComparison.Ordinal);
    }

    /// <summary>Services for the CPU, and for the accelerator where containers can have it.</summary>
    internal static string Compose(string acceleration)
    {
        var text = Resource("common/compose.yaml");
        if (acceleration == "cuda")
        {
            return text;
        }

        var start = text.IndexOf("x-cuda:", StringComparison.Ordinal);
        var end = text.IndexOf("services:", StringComparison.Ordinal);
        var services = text.IndexOf("\n  run-local-cuda:", StringComparison.Ordinal);
        return acceleration == "rocm"
            ? text[..start] + Resource("common/rocm.yaml") + text[end..services]
                + text[services..].Replace("-cuda:", "-rocm:", StringComparison.Ordinal)
                    .Replace("<<: *run\n    deploy: *cuda", "<<: [*run, *rocm]", StringComparison.Ordinal)
                    .Replace("<<: *dev\n    deploy: *cuda", "<<: [*dev, *rocm]", StringComparison.Ordinal)
            : text[..start] + text[end..(services + 1)];
    }

    private static string Settings(InstallationRequest request) =>
        "# What is the same for all who build and run these images; their own settings are in .env (`firn image env`).\n"
        + $"PROJECT_NAME={request.ProjectName}\n"
        + "# The module whose import is tested when a container starts; empty to test none.\n"
        + $"PACKAGE_NAME={request.PackageName}\n"
        + "# In tags, so that images of several platforms and accelerations can share a name.\n"
        + $"IMAGE_PLATFORM={request.Variant}\n"
        + "COMPOSE_FILE=compose-base.yaml:compose.yaml\n";
}
