using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;
using Firn.Common.Native;
using Firn.Images.Documents;
using Firn.Images.Registries;

namespace Firn.Images.Transfers;

/// <summary>What is copied, in the order in which it arrives.</summary>
/// <param name="Root">The manifest or index that gets the names.</param>
/// <param name="Manifests">All manifests, each behind what it names.</param>
/// <param name="Blobs">All configurations and layers, each once.</param>
internal sealed record CopyPlan(FoundManifest Root, ImmutableArray<FoundManifest> Manifests, ImmutableArray<Descriptor> Blobs)
{
    /// <summary>How many bytes all blobs have.</summary>
    public long Size => Blobs.Sum(static blob => blob.Size);
}

/// <summary>What of an image is copied, and as what.</summary>
/// <param name="Platform">The one image of several that is meant; <see langword="null"/> for all.</param>
/// <param name="IsSingle">Whether the target holds one image only: that of this machine is meant then.</param>
/// <param name="IsDocker">Whether manifests become docker's, or OCI's; <see langword="null"/> leaves them as they are.</param>
internal sealed record CopyOptions(ImagePlatform? Platform, bool IsSingle, bool? IsDocker);

/// <summary>Finds out what an image consists of.</summary>
/// <param name="source">Where it is.</param>
/// <param name="options">What of it is meant.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class CopyPlanner(ImageSource source, CopyOptions options, CancellationToken cancellation)
{
    private const int MaxNesting = 4;
    private const int MaxManifests = 1000;
    private const int MaxBlobs = 20_000;

    /// <summary>More than any registry keeps, and so little that all together can be counted.</summary>
    private const long MaxSize = 1L << 45;

    private readonly Dictionary<Sha256Digest, FoundManifest> _manifests = [];
    private readonly List<FoundManifest> _order = [];
    private readonly Dictionary<Sha256Digest, Descriptor> _blobs = [];

    /// <summary>The plan.</summary>
    /// <exception cref="FirnException">A part of the image is missing, or it has no such platform, or cannot be what it is to become.</exception>
    public CopyPlan Plan()
    {
        var wanted = options.Platform ?? (options.IsSingle && ManifestKind.IsIndex(source.Root.Descriptor.MediaType) ? ImagePlatform.Own : null);
        var taken = Take(wanted is null ? source.Root : OfPlatform(source.Root, wanted, MaxNesting), MaxNesting);
        return new CopyPlan(taken, [.. _order], [.. _blobs.Values]);
    }

    private FoundManifest OfPlatform(FoundManifest manifest, ImagePlatform wanted, int depth)
    {
        if (!ManifestKind.IsIndex(manifest.Descriptor.MediaType))
        {
            var own = Platform(manifest);
            return own is null || ImagePlatforms.Fits(own, wanted) ? manifest : throw new FirnException(
                $"{source.Name} is for {own}, and not for {wanted}", $"leave {RequestSetting.Platform} out, or name an image for {wanted}", FailureKind.InvalidRequest);
        }

        var index = Index(manifest);
        var found = index.Manifests.FirstOrDefault(entry => entry.Platform is { } platform && ImagePlatforms.Fits(platform, wanted))
            ?? index.Manifests.FirstOrDefault(static entry => entry.Platform is null);
        if (found is null || depth == 0)
        {
            throw new FirnException(
                $"{source.Name} has no image for {wanted}",
                $"it has: {ShortList.Of([.. index.Manifests.Select(static entry => entry.Platform?.ToString()).OfType<string>().Where(static name => name != "unknown/unknown").Distinct()], ", ")}",
                FailureKind.InvalidRequest);
        }

        return OfPlatform(source.Manifest(found, cancellation), wanted, depth - 1);
    }

    private ImagePlatform? Platform(FoundManifest manifest)
    {
        var configuration = Manifest(manifest).Configuration;
        return configuration.MediaType is MediaTypes.Configuration or MediaTypes.DockerConfiguration
            ? JsonFields.TryRead<ImagePlatform>(source.Document(configuration, cancellation), static root => ImagePlatform.Read(root))
            : null;
    }

    /// <summary>Takes a manifest with all that it names, and gives it as it will be.</summary>
    private FoundManifest Take(FoundManifest manifest, int depth)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_manifests.TryGetValue(manifest.Descriptor.Digest, out var known))
        {
            return known;
        }

        if (depth == 0 || _manifests.Count >= MaxManifests || _blobs.Count >= MaxBlobs)
        {
            throw new FirnException($"{source.Name} has too many parts", "name one of its images by its digest", FailureKind.InvalidRequest);
        }

        var taken = ManifestKind.IsIndex(manifest.Descriptor.MediaType) ? TakeIndex(manifest, depth) : TakeManifest(manifest);
        _manifests[manifest.Descriptor.Digest] = taken;
        _order.Add(taken);
        return taken;
    }

    private FoundManifest TakeManifest(FoundManifest manifest)
    {
        var content = Manifest(manifest);
        foreach (var blob in content.Layers.Insert(0, content.Configuration))
        {
            if (blob.Size > MaxSize || !_blobs.TryAdd(blob.Digest, blob) && _blobs[blob.Digest].Size != blob.Size)
            {
                throw new FirnException($"{source.Name} gives {blob.Digest} sizes that cannot be", "push it once more with another program", FailureKind.Different);
            }
        }

        return options.IsDocker is { } isDocker ? ManifestFormat.Convert(manifest, content, isDocker, source.Name) : manifest;
    }

    private FoundManifest TakeIndex(FoundManifest manifest, int depth)
    {
        var index = Index(manifest);
        var isChanged = false;
        var entries = ImmutableArray.CreateBuilder<Descriptor>();
        foreach (var entry in index.Manifests)
        {
            // What docker's builder says of an image has no form in docker's lists.
            if (options.IsDocker == true && entry.Platform is { Architecture: "unknown" })
            {
                isChanged = true;
                continue;
            }

            var taken = Take(source.Manifest(entry, cancellation), depth - 1).Descriptor;
            isChanged |= taken.Digest != entry.Digest;
            entries.Add(entry with { MediaType = taken.MediaType, Digest = taken.Digest, Size = taken.Size });
        }

        return options.IsDocker is { } isDocker && (isChanged || isDocker != (manifest.Descriptor.MediaType == MediaTypes.DockerIndex))
            ? ManifestFormat.Index(index, entries.ToImmutable(), isDocker)
            : manifest;
    }

    private ImageIndex Index(FoundManifest manifest) => Read(manifest, ImageIndex.Read);

    private ImageManifest Manifest(FoundManifest manifest) => Read(manifest, ImageManifest.Read);

    private T Read<T>(FoundManifest manifest, Func<ReadOnlyMemory<byte>, T> read)
    {
        try
        {
            return read(manifest.Content);
        }
        catch (FormatException exception)
        {
            throw new FirnException($"{manifest.Descriptor.Digest} of {source.Name} cannot be read: {exception.Message}", "push it once more with a newer program", innerException: exception);
        }
    }
}

/// <summary>Turns manifests of OCI into those of docker's version 2, schema 2, and back: types and members differ, blobs do not.</summary>
internal static class ManifestFormat
{
    private static readonly ImmutableArray<(string Oci, string Docker)> Types =
    [
        (MediaTypes.Configuration, MediaTypes.DockerConfiguration),
        (MediaTypes.GzipLayer, MediaTypes.DockerGzipLayer),
        (MediaTypes.Layer, "application/vnd.docker.image.rootfs.diff.tar"),
    ];

    /// <summary>The same image in the other format; the same bytes where it is in it.</summary>
    /// <exception cref="FirnException">It cannot be said in that format.</exception>
    public static FoundManifest Convert(FoundManifest manifest, ImageManifest content, bool isDocker, string name)
    {
        var blobs = content.Layers.Insert(0, content.Configuration);
        var mediaType = isDocker ? MediaTypes.DockerManifest : MediaTypes.Manifest;
        if (manifest.Descriptor.MediaType == mediaType && blobs.All(blob => Types.Any(type => (isDocker ? type.Docker : type.Oci) == blob.MediaType)))
        {
            return manifest;
        }

        if (content.Subject is not null || content.ArtifactType is not null)
        {
            return isDocker ? throw Impossible($"{manifest.Descriptor.Digest} is no image", name) : manifest;
        }

        var converted = blobs.Select(blob => Types.FirstOrDefault(type => type.Oci == blob.MediaType || type.Docker == blob.MediaType) is { Oci: not null } type
            ? new Descriptor(isDocker ? type.Docker : type.Oci, blob.Digest, blob.Size) { Annotations = isDocker ? blob.Annotations.Clear() : blob.Annotations }
            : isDocker ? throw Impossible($"{blob.Digest} is {blob.MediaType}", name) : blob).ToList();
        var document = new ImageManifest
        {
            MediaType = mediaType,
            Configuration = converted[0],
            Layers = [.. converted.Skip(1)],
            Annotations = isDocker ? content.Annotations.Clear() : content.Annotations,
        }.Write();
        return new FoundManifest(Descriptor.Of(mediaType, document), document);
    }

    /// <summary>An index, or docker's list, of manifests that were turned.</summary>
    public static FoundManifest Index(ImageIndex index, ImmutableArray<Descriptor> entries, bool isDocker)
    {
        var mediaType = isDocker ? MediaTypes.DockerIndex : MediaTypes.Index;
        var document = new ImageIndex
        {
            MediaType = mediaType,
            Manifests = isDocker ? [.. entries.Select(static entry => entry with { ArtifactType = null, Annotations = entry.Annotations.Clear() })] : entries,
            Annotations = isDocker ? index.Annotations.Clear() : index.Annotations,
        }.Write();
        return new FoundManifest(Descriptor.Of(mediaType, document), document);
    }

    private static FirnException Impossible(string what, string name) => new(
        $"{name} cannot be said in docker's format: {what}", $"leave {RequestSetting.Format} out: docker reads OCI images from 1.10 on", FailureKind.InvalidRequest);
}

/// <summary>What became of the blobs of a copy.</summary>
internal sealed class CopyTally
{
    private readonly Lock _lock = new();

    public int Sent { get; private set; }

    public int Mounted { get; private set; }

    public int There { get; private set; }

    public long BytesSent { get; private set; }

    public long BytesThere { get; private set; }

    public void Add(BlobFate fate, long size)
    {
        lock (_lock)
        {
            (Sent, Mounted, There) = (Sent + (fate == BlobFate.Sent ? 1 : 0), Mounted + (fate == BlobFate.Mounted ? 1 : 0), There + (fate == BlobFate.There ? 1 : 0));
            BytesSent += fate == BlobFate.Sent ? size : 0;
            BytesThere += fate == BlobFate.Sent ? 0 : size;
        }
    }
}

/// <summary>Copies an image: what is there already is let alone, and the names come when all is there.</summary>
internal static class ImageCopy
{
    /// <summary>Copies it.</summary>
    /// <param name="plan">What.</param>
    /// <param name="source">From where.</param>
    /// <param name="target">Where to.</param>
    /// <param name="parallel">How many blobs at a time.</param>
    /// <param name="tally">Counts.</param>
    /// <param name="progress">Is told how many bytes went.</param>
    /// <param name="cancellation">Ends it; the image has no name then.</param>
    public static void Run(
        CopyPlan plan, ImageSource source, ImageTarget target, int parallel, CopyTally tally, Action<long> progress, CancellationToken cancellation)
    {
        try
        {
            RunNow(plan, source, target, parallel, tally, progress, cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot copy {source.Name}: {(Errno.Of(exception) == Errno.NoSpace ? "no space left on the device" : exception.Message)}",
                "check that the files are yours to read and to write, and that there is room", innerException: exception);
        }
    }

    private static void RunNow(
        CopyPlan plan, ImageSource source, ImageTarget target, int parallel, CopyTally tally, Action<long> progress, CancellationToken cancellation)
    {
        target.Begin(plan);
        WorkerThreads.OnThreads(plan.Blobs.Length, parallel, "blobs", items =>
        {
            while (items.TryTake(out var item))
            {
                var blob = plan.Blobs[item];
                tally.Add(target.Take(blob, source, progress, items.Stop), blob.Size);
            }
        }, cancellation);
        foreach (var manifest in plan.Manifests)
        {
            target.Put(manifest, cancellation);
        }

        target.Name(plan.Root, cancellation);
    }
}
