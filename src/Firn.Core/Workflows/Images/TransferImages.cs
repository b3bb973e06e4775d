using System.Collections.Immutable;
using Firn.Common;
using Firn.Images;
using Firn.Images.Engines;
using Firn.Images.Installations;

namespace Firn.Workflows.Images;

/// <summary>Which images of an installation go to a registry, or come from one.</summary>
public sealed record TransferImagesRequest
{
    /// <summary>The name there without a tag, for example <c>registry.example/lab/project</c>; or a registry's short name, for which the settings have <c>REGISTRY_NAME</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Which installation, and by which engine.</summary>
    public InstallationSelection Selection { get; init; } = new();

    /// <summary>Whether the generic images are sent.</summary>
    public bool Generic { get; init; } = true;

    /// <summary>Whether the user's images are sent.</summary>
    public bool User { get; init; }
}

/// <summary>Sends an installation's images to a registry and brings them back, each under all of its tags.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class TransferImages(SystemContext systemContext)
{
    /// <summary>Sends images, each with the tag of its latest build and that of the commit that it says it was built from.</summary>
    /// <param name="request">Which, and where to.</param>
    /// <param name="observer">Is told what the engine prints.</param>
    /// <param name="cancellation">Ends the engine.</param>
    /// <returns>The names that were sent.</returns>
    /// <exception cref="FirnException">An image is not there, the user's are of another commit than the generic ones, or the registry refuses.</exception>
    public ImmutableArray<string> Push(TransferImagesRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var (installation, engine, name) = Begin(request, observer, cancellation);
        var images = installation.Images.Where(image => image.IsUser ? request.User : request.Generic).ToList();
        var facts = images.ConvertAll(image => engine.Inspect(image.Reference.ToString(), cancellation) ?? throw new FirnException(
            $"{engine.Command} does not have {image.Reference}", "`firn image build` builds it", FailureKind.InvalidRequest));
        for (var i = 0; i < images.Count; i++)
        {
            RefuseStale(installation, engine, images[i], facts[i], cancellation);
        }

        var sent = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < images.Count; i++)
        {
            foreach (var local in NamesOf(engine, images[i], facts[i], cancellation))
            {
                var target = name.WithTag(local.Tag!);
                engine.Tag(local.ToString(), target, cancellation);
                engine.Show($"push {target}", "sign in to the registry first", Shown(observer), cancellation, ["push", .. Insecure(engine, target), target.ToString()]);
                sent.Add(target.ToString());
            }
        }

        return sent.ToImmutable();
    }

    /// <summary>Brings the generic images and gives them the names that they have where they are built.</summary>
    /// <param name="request">Which, and where from.</param>
    /// <param name="observer">Is told what the engine prints.</param>
    /// <param name="cancellation">Ends the engine.</param>
    /// <returns>The names that they have here.</returns>
    /// <exception cref="FirnException">The registry does not have them.</exception>
    public ImmutableArray<string> Pull(TransferImagesRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var (installation, engine, name) = Begin(request, observer, cancellation);
        var images = installation.Images.Where(static image => !image.IsUser).ToList();
        foreach (var image in images)
        {
            var source = name.WithTag(image.Reference.Tag!);
            engine.Show($"pull {source}", "check the name; sign in to the registry first", Shown(observer), cancellation, ["pull", .. Insecure(engine, source), source.ToString()]);
        }

        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var image in images)
        {
            var source = name.WithTag(image.Reference.Tag!).ToString();
            var revision = engine.Inspect(source, cancellation)?.Revision;
            ImageReference?[] given = [image.Reference, revision is null ? null : image.OfCommit(InstallationCommit.Shortened(installation, revision, systemContext))];
            foreach (var local in given.OfType<ImageReference>())
            {
                engine.Tag(source, local, cancellation);
                names.Add(local.ToString());
            }
        }

        return names.ToImmutable();
    }

    private static Action<string> Shown(IWorkObserver? observer) =>
        line => observer?.Tell(new WorkNotice.Output(Credentials.RemoveFromText(line)));

    private (Installation Installation, ContainerEngine Engine, ImageReference Name) Begin(
        TransferImagesRequest request, IWorkObserver? observer, CancellationToken cancellation)
    {
        var installation = request.Selection.Find(systemContext, cancellation);
        var name = installation.Setting($"REGISTRY_{request.Name}") is { } registry && request.Name.All(char.IsAsciiLetterOrDigit)
            ? ImageReference.Parse($"{registry}/{installation.ImageName.Name}")
            : ImageReference.Parse(request.Name);
        if (name.Tag is not null || name.Digest is not null)
        {
            throw new FirnException(
                $"'{request.Name}' has a tag", $"leave it out: all tags of {installation.Platform} are meant", FailureKind.InvalidRequest);
        }

        return (installation, request.Selection.FindEngine(installation, runs: false, systemContext, observer, cancellation), name);
    }

    /// <summary>A user's image that extends an older generic one is not what its tags would say.</summary>
    private static void RefuseStale(
        Installation installation, ContainerEngine engine, InstallationImage image, ImageFacts facts, CancellationToken cancellation)
    {
        if (image.IsUser && engine.Inspect(installation.Image(image.Stage, isUser: false).Reference.ToString(), cancellation) is { } generic
            && generic.Revision != facts.Revision)
        {
            throw new FirnException(
                $"{image.Reference} extends an older generic image", "`firn image build --user` builds it anew", FailureKind.InvalidRequest);
        }
    }

    /// <summary>The latest build, and the commit's where its tag names the same image.</summary>
    private static IEnumerable<ImageReference> NamesOf(ContainerEngine engine, InstallationImage image, ImageFacts facts, CancellationToken cancellation)
    {
        yield return image.Reference;
        if (facts.Revision is not { } revision)
        {
            yield break;
        }

        foreach (var tag in engine.TagsOf(image.Reference, cancellation))
        {
            if (image.Tag.CommitIn(tag) is { Length: >= 4 } commit && revision.StartsWith(commit, StringComparison.Ordinal)
                && engine.Inspect(image.Reference.WithTag(tag).ToString(), cancellation)?.Id == facts.Id)
            {
                yield return image.Reference.WithTag(tag);
            }
        }
    }

    /// <summary>docker takes registries on loopback without TLS; podman and buildah are told to.</summary>
    private static string[] Insecure(ContainerEngine engine, ImageReference name)
    {
        var host = name.Host?.Split(':')[0];
        return engine.Kind != EngineKind.Docker && (host == "localhost" || host?.StartsWith("127.", StringComparison.Ordinal) == true)
            ? ["--tls-verify=false"]
            : [];
    }
}
