using Firn.Common;
using Firn.Images;
using Firn.Images.Registries;
using Firn.Images.Squash;
using Firn.Images.Transfers;

namespace Firn.Workflows.Images;

/// <summary>How registries may be asked.</summary>
public sealed record RegistryAccess
{
    /// <summary>Whether the named registries are asked without TLS; one on this machine is anyhow.</summary>
    public bool UsesPlainHttp { get; init; }

    /// <summary>Whether a registry may send us to private addresses, though it has none itself.</summary>
    public bool AllowsPrivateAddresses { get; init; }

    internal RegistryOptions Base { get; init; } = new();

    internal RegistryOptions Options => Base with { AllowsPlainHttp = UsesPlainHttp, AllowsPrivateAddresses = AllowsPrivateAddresses };
}

/// <summary>The formats of manifests.</summary>
public enum ImageFormat
{
    /// <summary>That of the image that is copied.</summary>
    Unchanged,

    /// <summary>OCI's.</summary>
    Oci,

    /// <summary>docker's version 2, schema 2, for consumers that read nothing else.</summary>
    Docker,
}

/// <summary>Which image is copied, and where to. A place is <c>HOST/PATH:TAG</c>, <c>oci:DIR[:TAG]</c> or <c>docker-archive:FILE[:NAME:TAG]</c>.</summary>
public sealed record CopyImageRequest
{
    /// <summary>Where it is.</summary>
    public required string Source { get; init; }

    /// <summary>Where it is to be.</summary>
    public required string Target { get; init; }

    /// <summary>The one image of several that is meant, for example <c>linux/arm64</c>; <see langword="null"/> for all of them.</summary>
    public string? Platform { get; init; }

    /// <summary>What its manifests become.</summary>
    public ImageFormat Format { get; init; }

    /// <summary>How registries may be asked.</summary>
    public RegistryAccess Registry { get; init; } = new();
}

/// <summary>What was copied.</summary>
public sealed record CopiedImage
{
    /// <summary>Where it is now.</summary>
    public required string Target { get; init; }

    /// <summary>The digest of its manifest or index, <c>sha256:HEX</c>.</summary>
    public required string Digest { get; init; }

    /// <summary>How many blobs were sent.</summary>
    public int BlobsSent { get; init; }

    /// <summary>How many blobs the registry took from another of its repositories.</summary>
    public int BlobsMounted { get; init; }

    /// <summary>How many blobs were there.</summary>
    public int BlobsThere { get; init; }

    /// <summary>The bytes of the blobs that were sent.</summary>
    public long BytesSent { get; init; }
}

/// <summary>Copies an image between registries, OCI image layouts and archives, without an engine. What is there already is not sent again.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class CopyImage(SystemContext systemContext)
{
    /// <summary>Copies it.</summary>
    /// <param name="request">What, and where to.</param>
    /// <param name="observer">Is told how far it is.</param>
    /// <param name="cancellation">Ends it: what came stays, and nothing has a name that is not whole.</param>
    /// <exception cref="FirnException">It is not there, is damaged, or a registry refuses.</exception>
    public CopiedImage Run(CopyImageRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var from = ImageLocation.Parse(request.Source, systemContext.CurrentDirectory, mustExist: true);
        var to = ImageLocation.Parse(request.Target, systemContext.CurrentDirectory, mustExist: false);
        var options = new CopyOptions(
            request.Platform is null ? null : ImagePlatforms.Parse(request.Platform),
            to is ImageLocation.InArchive or ImageLocation.InSif,
            request.Format == ImageFormat.Unchanged ? null : request.Format == ImageFormat.Docker);
        using var source = Open(from, request.Registry, systemContext, cancellation);
        return Run(source, from, to, options, request.Registry, observer, cancellation);
    }

    /// <summary>Copies an image that lies nowhere yet.</summary>
    internal CopiedImage Run(ImageSource source, ImageLocation to, RegistryAccess registry, IWorkObserver? observer, CancellationToken cancellation) =>
        Run(source, null, to, new CopyOptions(null, IsSingle: false, IsDocker: null), registry, observer, cancellation);

    private CopiedImage Run(
        ImageSource source, ImageLocation? from, ImageLocation to, CopyOptions options, RegistryAccess registry, IWorkObserver? observer, CancellationToken cancellation)
    {
        var plan = new CopyPlanner(source, options, cancellation).Plan();
        using var target = Target(from, to, plan, registry, cancellation);
        var tally = new CopyTally();
        var sent = 0L;
        using (observer?.Begin(
            WorkStep.Copying,
            new WorkCounts(plan.Blobs.Length, plan.Size),
            () => new WorkCounts(tally.Sent + tally.There + tally.Mounted, Volatile.Read(ref sent) + tally.BytesThere, tally.BytesThere, tally.There + tally.Mounted)))
        {
            ImageCopy.Run(plan, source, target, registry.Options.Parallel, tally, bytes => Interlocked.Add(ref sent, bytes), cancellation);
        }

        return new CopiedImage
        {
            Target = to.ToString()!,
            Digest = plan.Root.Descriptor.Digest.ToString(),
            BlobsSent = tally.Sent,
            BlobsMounted = tally.Mounted,
            BlobsThere = tally.There,
            BytesSent = tally.BytesSent,
        };
    }

    internal static ImageSource Open(ImageLocation location, RegistryAccess access, SystemContext systemContext, CancellationToken cancellation) => location switch
    {
        ImageLocation.InLayout layout => LocalSources.Open(layout),
        ImageLocation.InArchive archive => LocalSources.Open(archive, cancellation),
        ImageLocation.InRegistry { Reference: var reference } => Remote(reference, access, systemContext, cancellation),
        _ => throw new ArgumentException("an unknown place", nameof(location)),
    };

    private static RegistrySource Remote(ImageReference reference, RegistryAccess access, SystemContext systemContext, CancellationToken cancellation)
    {
        var client = RegistryClient.Connect(RegistryRepository.Of(reference), access.Options, systemContext, cancellation);
        try
        {
            return new RegistrySource(client, reference, cancellation);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private ImageTarget Target(ImageLocation? from, ImageLocation to, CopyPlan plan, RegistryAccess access, CancellationToken cancellation)
    {
        switch (to)
        {
            case ImageLocation.InLayout layout:
                return new LayoutTarget(layout.Folder, layout.Name is null ? [] : [layout.Name]);
            case ImageLocation.InSif sif:
                return new SifTarget(sif.File, systemContext);
            case ImageLocation.InArchive archive:
                var name = archive.Name is not null ? ImageReference.Parse(archive.Name)
                    : from is ImageLocation.InRegistry { Reference: { Tag: { } tag } known } ? known.WithTag(tag) : null;
                return new ArchiveTarget(archive.File, name);
            default:
                var reference = ((ImageLocation.InRegistry)to).Reference;
                if (reference.Digest is { } digest && digest != plan.Root.Descriptor.Digest.ToString())
                {
                    throw new FirnException(
                        $"the image is {plan.Root.Descriptor.Digest}, and not the {digest} that is named", "name a tag in place of the digest", FailureKind.InvalidRequest);
                }

                return new RegistryTarget(
                    RegistryClient.Connect(RegistryRepository.Of(reference), access.Options, systemContext, cancellation), reference.Tag is null ? [] : [reference.Tag]);
        }
    }
}
