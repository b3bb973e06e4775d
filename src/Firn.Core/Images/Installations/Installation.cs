using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Images.Installations;

/// <summary>
/// A folder from which the images of a project are built, <c>installation/docker-amd64-cuda</c>: one that <c>firn image init</c>
/// wrote, or a checkout of the labs' Docker template. Its Compose files say what is built and how it is run.
/// </summary>
internal sealed record Installation
{
    /// <summary>Absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>The project's folder, which is mounted into containers: two above.</summary>
    public required string ProjectFolder { get; init; }

    /// <summary>What wrote it.</summary>
    public required InstallationOrigin Origin { get; init; }

    /// <summary>The user's own settings; <see langword="null"/> where there is no <c>.env</c>.</summary>
    public required EnvFile? EnvFile { get; init; }

    /// <summary>Settings by their names: those of <c>.env</c>, then the project's, then what this machine and user give.</summary>
    public required ImmutableSortedDictionary<string, string> Settings { get; init; }

    /// <summary>What is built and run.</summary>
    public required ImmutableSortedDictionary<string, ComposeService> Services { get; init; }

    /// <summary>What is odd in its files.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>The last part of its path, for example <c>docker-amd64-cuda</c>.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>Platform, acceleration and suffix as they stand in tags: <c>amd64-cuda</c>.</summary>
    public string Platform => Setting("IMAGE_PLATFORM") ?? Name[(Name.IndexOf('-', StringComparison.Ordinal) + 1)..];

    /// <summary>The engine that <c>DOCKER</c> in the settings names, as later checkouts of the template have it.</summary>
    public string? Engine => Setting("DOCKER") is { } program && Path.GetFileName(program) is "docker" or "podman" or "buildah" ? Setting("DOCKER") : null;

    /// <summary>Where the environment lies in its images; <see langword="null"/> where the image's PATH shows it.</summary>
    public string? EnvironmentPrefix => Origin == InstallationOrigin.Firn ? "/opt/env" : null;

    /// <summary>How the images are called, without tags.</summary>
    public ImageReference ImageName => ImageReference.Parse(Setting("IMAGE_NAME") ?? ImageSettings.ImageName(Settings));

    /// <summary>The images that are built, generic ones first.</summary>
    public ImmutableArray<InstallationImage> Images { get; init; } = [];

    /// <summary>Whether the images for running and for developing are two.</summary>
    public bool HasDevImage => Images.Any(static image => image.Stage == ImageStage.Dev);

    /// <summary>A setting; <see langword="null"/> where it is unset or empty.</summary>
    public string? Setting(string name) => Settings.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Refuses settings that are none.</summary>
    /// <exception cref="FirnException">A line of a file of settings is not KEY=VALUE, or a value cannot be.</exception>
    public void RequireSettings()
    {
        if (Problems is [var problem, ..])
        {
            throw new FirnException(
                $"{problem.Path}: {problem.Message}",
                problem.Code == "env-line-invalid" ? "write KEY=VALUE, or a comment that begins with #" : "change that line; without the file, `firn image env` writes one for you",
                FailureKind.InvalidRequest);
        }
    }

    /// <summary>The image for a purpose.</summary>
    /// <exception cref="FirnException">The installation has none.</exception>
    public InstallationImage Image(ImageStage stage, bool isUser) =>
        Images.FirstOrDefault(image => image.IsUser == isUser && (image.Stage == stage || !HasDevImage))
        ?? throw new FirnException(
            $"{Name} has no service for the {(isUser ? "user's" : "generic")} {stage.ToString().ToLowerInvariant()} image",
            $"its compose.yaml should have image-{stage.ToString().ToLowerInvariant()}-{(isUser ? "user" : "root")}");
}

/// <summary>What wrote an installation.</summary>
internal enum InstallationOrigin
{
    /// <summary><c>firn image init</c>.</summary>
    Firn,

    /// <summary>The labs' Docker template.</summary>
    Template,
}

/// <summary>What an image is for.</summary>
public enum ImageStage
{
    /// <summary>Runs unattended.</summary>
    Run,

    /// <summary>Developing in it.</summary>
    Dev,
}

/// <summary>An image of an installation.</summary>
/// <param name="Stage">What it is for.</param>
/// <param name="IsUser">Whether it has the user of <c>.env</c>; a generic one has root.</param>
/// <param name="Service">The Compose service that says how it is built.</param>
/// <param name="Reference">Its name with the tag of the latest build.</param>
internal sealed record InstallationImage(ImageStage Stage, bool IsUser, ComposeService Service, ImageReference Reference)
{
    /// <summary>Its tags.</summary>
    public ImageTag Tag => new(Reference.Tag ?? "latest");

    /// <summary>The name under which a commit's build is kept.</summary>
    public ImageReference? OfCommit(string commit) => Tag.OfCommit(commit) is { } tag ? Reference.WithTag(tag) : null;
}
