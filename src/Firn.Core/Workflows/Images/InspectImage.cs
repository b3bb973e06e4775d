using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;
using Firn.Images;
using Firn.Images.Engines;
using Firn.Images.Installations;
using Firn.Runs.Secrets;

namespace Firn.Workflows.Images;

/// <summary>What an image says of itself.</summary>
public sealed record ImageInspection
{
    private const string Schema = "firn.image/1";

    /// <summary>Its name, as it was asked for.</summary>
    public required string Name { get; init; }

    /// <summary>Its id, <c>sha256:HEX</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The digest of its manifest in a registry, <c>sha256:HEX</c>; of several platforms, that of their index.</summary>
    public string? Digest { get; init; }

    /// <summary>For example <c>linux/amd64</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>The platforms that there are under its name in a registry; empty for an image alone.</summary>
    public ImmutableArray<string> Platforms { get; init; } = [];

    /// <summary>Bytes; 0 where the engine does not say.</summary>
    public long Size { get; init; }

    /// <summary>How many layers it has.</summary>
    public int LayerCount { get; init; }

    /// <summary>When it was built, RFC 3339.</summary>
    public string? Created { get; init; }

    /// <summary>The commit that it was built from.</summary>
    public string? Revision { get; init; }

    /// <summary>The id of the environment that was built into it.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary>The firn that had it built.</summary>
    public string? BuiltBy { get; init; }

    /// <summary>The image that it extends.</summary>
    public string? BaseImage { get; init; }

    /// <summary>Who its commands run as.</summary>
    public string User { get; init; } = string.Empty;

    /// <summary>Where they run.</summary>
    public string WorkingDirectory { get; init; } = string.Empty;

    /// <summary>What always runs.</summary>
    public ImmutableArray<string> Entrypoint { get; init; } = [];

    /// <summary>What runs unless told.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Its variables, <c>KEY=VALUE</c>; a value that may be a secret is <c>***</c>.</summary>
    public ImmutableArray<string> Variables { get; init; } = [];

    /// <summary>Writes it as the document <c>firn.image/1</c>.</summary>
    public void WriteJson(Stream stream)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.String("base", BaseImage);
        json.String("built_by", BuiltBy);
        json.Strings("command", Command);
        json.String("created", Created);
        json.String("digest", Digest);
        json.Strings("entrypoint", Entrypoint);
        json.String("environment_id", EnvironmentId);
        json.String("id", Id);
        json.Number("layers", LayerCount);
        json.String("name", Name);
        json.String("platform", Platform);
        if (!Platforms.IsEmpty)
        {
            json.Strings("platforms", Platforms);
        }

        json.String("revision", Revision);
        json.Number("size", Size);
        json.String("user", User);
        json.Strings("variables", Variables);
        json.String("working_directory", WorkingDirectory);
        stream.Write(json.Finish());
    }
}

/// <summary>Reads what an image says of itself.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class InspectImage(SystemContext systemContext)
{
    /// <summary>Reads it.</summary>
    /// <param name="selection">The installation, and the engine.</param>
    /// <param name="name">The image; <see langword="null"/> for the installation's.</param>
    /// <param name="stage">Which of the installation's.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">There is no such image.</exception>
    public ImageInspection Run(InstallationSelection selection, string? name, ImageStage stage, CancellationToken cancellation = default)
    {
        var installation = name is null ? selection.Find(systemContext, cancellation) : null;
        var engine = selection.FindEngine(installation, runs: false, systemContext, cancellation);
        var image = name ?? installation!.Image(stage, isUser: false).Reference.ToString();
        var facts = engine.Inspect(ImageReference.Parse(image).ToString(), cancellation) ?? throw new FirnException(
            $"{engine.Command} does not have {image}",
            installation is null ? $"`{engine.Command} pull {image}` brings it" : "`firn image build` builds it, `firn image pull NAME` brings it",
            FailureKind.InvalidRequest);
        return Of(image, facts);
    }

    /// <summary>The same where the engine that is there has it; <see langword="null"/> where none has, and none was asked for.</summary>
    /// <param name="selection">The engine.</param>
    /// <param name="name">The image.</param>
    /// <param name="cancellation">Ends it.</param>
    public ImageInspection? TryRun(InstallationSelection selection, string name, CancellationToken cancellation = default)
    {
        try
        {
            var engine = selection.FindEngine(null, runs: false, systemContext, cancellation);
            return engine.Inspect(ImageReference.Parse(name).ToString(), cancellation) is { } facts ? Of(name, facts) : null;
        }
        catch (FirnException) when (selection.Engine is null)
        {
            return null;
        }
    }

    /// <summary>What is said of an image.</summary>
    internal static ImageInspection Of(string image, ImageFacts facts) =>
        new()
        {
            Name = image,
            Id = facts.Id,
            Platform = facts.Platform,
            Size = facts.Size,
            LayerCount = facts.LayerCount,
            Created = facts.Labels.GetValueOrDefault(ImageLabels.Created) ?? facts.Created,
            Revision = facts.Revision,
            EnvironmentId = facts.Labels.GetValueOrDefault(ImageLabels.EnvironmentId),
            BuiltBy = facts.Labels.GetValueOrDefault(ImageLabels.Firn) is { } version ? $"firn {version}" : null,
            BaseImage = facts.Labels.GetValueOrDefault(ImageLabels.BaseName),
            User = facts.User is { Length: > 0 } user ? user : "root",
            WorkingDirectory = facts.WorkingDirectory,
            Entrypoint = facts.Entrypoint,
            Command = facts.Command,
            Variables = [.. facts.Variables.Select(Shown)],
        };

    private static string Shown(string variable) =>
        variable.Split('=', 2) is [var key, var value] ? $"{key}={SecretVariables.Kept(key, value) ?? value}" : variable;
}
