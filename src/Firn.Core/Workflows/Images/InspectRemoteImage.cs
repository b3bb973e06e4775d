using Firn.Common;
using Firn.Images;
using Firn.Images.Documents;
using Firn.Images.Engines;
using Firn.Images.Layouts;
using Firn.Images.Transfers;

namespace Firn.Workflows.Images;

/// <summary>Reads what an image says of itself where it lies, without its layers.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class InspectRemoteImage(SystemContext systemContext)
{
    /// <summary>Reads it.</summary>
    /// <param name="image">The image, <c>HOST/PATH:TAG</c>.</param>
    /// <param name="platform">Which of several is meant; <see langword="null"/> for this machine's.</param>
    /// <param name="access">How registries may be asked.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">The registry does not have it.</exception>
    public ImageInspection Run(string image, string? platform = null, RegistryAccess? access = null, CancellationToken cancellation = default)
    {
        var location = ImageLocation.Parse(image, systemContext.CurrentDirectory, mustExist: true);
        using var source = CopyImage.Open(location, access ?? new RegistryAccess(), systemContext, cancellation);
        var plan = new CopyPlanner(source, new CopyOptions(platform is null ? null : ImagePlatforms.Parse(platform), IsSingle: true, null), cancellation).Plan();
        var manifest = ImageManifest.Read(plan.Root.Content);
        if (manifest.Configuration.MediaType is not (MediaTypes.Configuration or MediaTypes.DockerConfiguration))
        {
            throw new FirnException($"{image} is an artifact, and no image", $"it is {manifest.ArtifactType ?? manifest.Configuration.MediaType}", FailureKind.InvalidRequest);
        }

        var facts = ImageFacts.Read(source.Document(manifest.Configuration, cancellation)) with
        {
            Id = manifest.Configuration.Digest.ToString(),
            Size = manifest.Layers.Sum(static layer => layer.Size),
        };
        return new ImageInspection(image, facts)
        {
            Digest = source.Root.Descriptor.Digest.ToString(),
            Platforms = ManifestKind.IsIndex(source.Root.Descriptor.MediaType)
                ? [.. ImageIndex.Read(source.Root.Content).Manifests.Select(static entry => entry.Platform).OfType<ImagePlatform>()
                    .Where(static entry => entry.Architecture != "unknown").Select(static entry => entry.ToString()).Distinct()]
                : [],
        };
    }

    /// <summary>Whether a name says in which registry an image is; <c>localhost/</c> is what podman puts before names that say none.</summary>
    public static bool HasRegistry(string image) => !ImageLayout.IsNamed(image) && ImageReference.Parse(image).Host is not (null or "localhost");
}
