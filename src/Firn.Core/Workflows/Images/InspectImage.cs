using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;
using Firn.Images;
using Firn.Images.Engines;
using Firn.Images.Installations;
using Firn.Images.Layouts;
using Firn.Runs.Secrets;

namespace Firn.Workflows.Images;

/// <summary>What an image says of itself.</summary>
public sealed class ImageInspection
{
    private const string Schema = "firn.image/1";

    private readonly ImageFacts _facts;

    internal ImageInspection(string name, ImageFacts facts) => (Name, _facts) = (name, facts);

    /// <summary>Its name, as it was asked for.</summary>
    public string Name { get; }

    /// <summary>Its id, <c>sha256:HEX</c>.</summary>
    public string Id => _facts.Id;

    /// <summary>The digest of its manifest in a registry, <c>sha256:HEX</c>; of several platforms, that of their index.</summary>
    public string? Digest { get; init; }

    /// <summary>For example <c>linux/amd64</c>.</summary>
    public string Platform => _facts.Platform;

    /// <summary>The platforms that there are under its name in a registry; empty for an image alone.</summary>
    public ImmutableArray<string> Platforms { get; init; } = [];

    /// <summary>Bytes, in a layout or an archive as they lie there; 0 where the engine does not say.</summary>
    public long Size => _facts.Size;

    /// <summary>How many layers it has.</summary>
    public int LayerCount => _facts.LayerCount;

    /// <summary>When it was built, RFC 3339.</summary>
    public string? Created => Label(ImageLabels.Created) ?? _facts.Created;

    /// <summary>The commit that it was built from.</summary>
    public string? Revision => _facts.Revision;

    /// <summary>The id of the environment that was built into it.</summary>
    public string? EnvironmentId => Label(ImageLabels.EnvironmentId);

    /// <summary>The firn that had it built.</summary>
    public string? BuiltBy => Label(ImageLabels.Firn) is { } version ? $"firn {version}" : null;

    /// <summary>The image that it extends.</summary>
    public string? BaseImage => Label(ImageLabels.BaseName);

    /// <summary>Who its commands run as.</summary>
    public string User => _facts.User is { Length: > 0 } user ? user : "root";

    /// <summary>Where they run.</summary>
    public string WorkingDirectory => _facts.WorkingDirectory;

    /// <summary>What always runs.</summary>
    public ImmutableArray<string> Entrypoint => _facts.Entrypoint;

    /// <summary>What runs unless told.</summary>
    public ImmutableArray<string> Command => _facts.Command;

    /// <summary>Its variables, <c>KEY=VALUE</c>; a value that may be a secret is <c>***</c>.</summary>
    public ImmutableArray<string> Variables => [.. _facts.Variables.Select(Shown)];

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

    private string? Label(string name) => _facts.Labels.GetValueOrDefault(name);

    private static string Shown(string variable) =>
        variable.Split('=', 2) is [var key, var value] ? $"{key}={SecretVariables.Kept(key, value) ?? value}" : variable;
}

/// <summary>Reads what an image says of itself.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class InspectImage(SystemContext systemContext)
{
    /// <summary>Reads it.</summary>
    /// <param name="selection">The installation, and the engine.</param>
    /// <param name="name">
    /// The image: a name that the engine has, an installation, <c>oci:DIR[:TAG]</c> or <c>docker-archive:FILE[:NAME:TAG]</c>, for
    /// which no engine is needed; <see langword="null"/> for the installation's.
    /// </param>
    /// <param name="stage">Which of the installation's.</param>
    /// <param name="observer">Is told which engine was passed over.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">There is no such image.</exception>
    public ImageInspection Run(
        InstallationSelection selection, string? name, ImageStage stage, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        if (name is not null && ImageLayout.IsNamed(name))
        {
            using var layout = ImageLayout.Open(name, systemContext.CurrentDirectory);
            return new ImageInspection(name, ImageFacts.Of(layout));
        }

        var installation = name is null ? selection.Find(systemContext, cancellation) : null;
        var own = installation?.Image(stage, isUser: false).Reference
            ?? new InstallationReader(systemContext).ImageOf(name!, Path.GetFullPath(selection.Folder, systemContext.CurrentDirectory), cancellation);
        // What can be no name is said whatever engine there is.
        var wanted = own ?? ImageReference.Parse(name!);
        var engine = selection.FindEngine(installation, runs: false, systemContext, observer, cancellation);
        using var image = OpenedImage.Open(wanted.ToString(), engine, cancellation, isBuilt: own is not null);
        return new ImageInspection(image.Name, image.Facts);
    }

    /// <summary>The same where the engine that is there has it; <see langword="null"/> where none has, and none was asked for.</summary>
    /// <param name="selection">The engine.</param>
    /// <param name="name">The image.</param>
    /// <param name="cancellation">Ends it.</param>
    public ImageInspection? TryRun(InstallationSelection selection, string name, CancellationToken cancellation = default)
    {
        try
        {
            var engine = selection.FindEngine(null, runs: false, systemContext, null, cancellation);
            return engine.Inspect(ImageReference.Parse(name).ToString(), cancellation) is { } facts ? new ImageInspection(name, facts) : null;
        }
        catch (FirnException) when (selection.Engine is null)
        {
            return null;
        }
    }
}
