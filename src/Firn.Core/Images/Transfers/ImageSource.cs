using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Images.Documents;
using Firn.Images.Layouts;
using Firn.Images.Registries;

namespace Firn.Images.Transfers;

/// <summary>Where an image is taken from. What it gives is verified: documents here, blobs by who takes them.</summary>
internal abstract class ImageSource : IDisposable
{
    /// <summary>How messages call it.</summary>
    public abstract string Name { get; }

    /// <summary>The manifest or index that is named.</summary>
    public abstract FoundManifest Root { get; }

    /// <summary>A manifest that an index names.</summary>
    /// <exception cref="FirnException">It is not there, or damaged.</exception>
    public abstract FoundManifest Manifest(Descriptor manifest, CancellationToken cancellation);

    /// <summary>A small blob, such as an image's configuration.</summary>
    public abstract byte[] Document(Descriptor blob, CancellationToken cancellation);

    /// <summary>Brings a blob, from where an earlier try left off.</summary>
    public abstract void Fetch(BlobStage stage, Action<long> progress, CancellationToken cancellation);

    /// <summary>Opens a blob that lies on this machine from an offset on; <see langword="null"/> where it does not.</summary>
    public virtual Func<long, Stream>? Open(Descriptor blob) => null;

    /// <summary>The repository that a registry can take the blobs from by itself; <see langword="null"/> where it cannot.</summary>
    public virtual string? MountableTo(RegistryRepository target) => null;

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        // Files are opened when they are read.
    }
}

/// <summary>An image of a registry.</summary>
internal sealed class RegistrySource : ImageSource
{
    private readonly RegistryClient _client;

    /// <param name="client">The repository; it is disposed with this.</param>
    /// <param name="reference">The image.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">It is not there.</exception>
    public RegistrySource(RegistryClient client, ImageReference reference, CancellationToken cancellation)
    {
        _client = client;
        Name = reference.ToString();
        Root = client.TryManifest(reference.Digest ?? reference.Tag!, cancellation) ?? throw new FirnException(
            $"{client.Repository.Host} has no {reference}", "check the name and the tag; a private registry may also say so where credentials are missing", FailureKind.InvalidRequest);
    }

    public override string Name { get; }

    public override FoundManifest Root { get; }

    public override FoundManifest Manifest(Descriptor manifest, CancellationToken cancellation)
    {
        var found = _client.TryManifest(manifest.Digest.ToString(), cancellation) ?? throw new FirnException(
            $"{Name} names {manifest.Digest}, which the registry does not have", "push the image once more, with all of its platforms", FailureKind.Different);
        return found.Content.Length == manifest.Size ? found : throw new FirnException(
            $"{manifest.Digest} of {Name} has {found.Content.Length} bytes, and not the {manifest.Size} that its index says", "push the image once more", FailureKind.Different);
    }

    public override byte[] Document(Descriptor blob, CancellationToken cancellation) => _client.Read(blob, cancellation);

    public override void Fetch(BlobStage stage, Action<long> progress, CancellationToken cancellation) => _client.Fetch(stage, progress, cancellation);

    public override string? MountableTo(RegistryRepository target) => target.Host == _client.Repository.Host && target.Path != _client.Repository.Path ? _client.Repository.Path : null;

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }
}

/// <summary>An image on this machine: its blobs by their digests.</summary>
/// <param name="name">How messages call it.</param>
/// <param name="root">The descriptor of the manifest or index that is named.</param>
/// <param name="find">Finds a blob; <see langword="null"/> where it is not there.</param>
internal sealed class LocalSource(string name, Descriptor root, Func<Sha256Digest, LayoutLayer?> find) : ImageSource
{
    private readonly Lazy<FoundManifest> _root = new(() => Read(name, root, find));

    public override string Name => name;

    public override FoundManifest Root => _root.Value;

    public override FoundManifest Manifest(Descriptor manifest, CancellationToken cancellation) => Read(name, manifest, find);

    public override byte[] Document(Descriptor blob, CancellationToken cancellation) => Bytes(name, blob, find);

    public override Func<long, Stream> Open(Descriptor blob)
    {
        var found = Find(name, blob, find);
        return found.OpenAt;
    }

    public override void Fetch(BlobStage stage, Action<long> progress, CancellationToken cancellation)
    {
        if (!stage.TakeFrom(Open(stage.Blob), progress, cancellation))
        {
            throw Damaged(name, stage.Blob);
        }
    }

    private static FoundManifest Read(string name, Descriptor manifest, Func<Sha256Digest, LayoutLayer?> find)
    {
        var content = Bytes(name, manifest, find);
        var said = manifest.MediaType.Length == 0 ? null : manifest.MediaType;
        return new FoundManifest(new Descriptor(ManifestKind.Of(content, said, name), manifest.Digest, content.Length), content);
    }

    private static byte[] Bytes(string name, Descriptor blob, Func<Sha256Digest, LayoutLayer?> find)
    {
        if (blob.Size > RegistryClient.MaxManifest)
        {
            throw new FirnException(
                $"{blob.Digest} of {name} has {SizeText.Of(blob.Size)}, more than a manifest or a configuration may have", "make an image with fewer layers", FailureKind.InvalidRequest);
        }

        var bytes = new byte[blob.Size];
        using var content = Find(name, blob, find).Open();
        return content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length && Sha256Digest.Of(bytes) == blob.Digest ? bytes : throw Damaged(name, blob);
    }

    private static LayoutLayer Find(string name, Descriptor blob, Func<Sha256Digest, LayoutLayer?> find)
    {
        var found = find(blob.Digest) ?? throw new FirnException(
            $"{name} is not whole: {blob.Digest} is missing", "fetch or make it again", FailureKind.Different);
        return found.Size == blob.Size ? found : throw Damaged(name, blob);
    }

    private static FirnException Damaged(string name, Descriptor blob) =>
        new($"{name} is damaged: {blob.Digest} is not what its name says", "fetch or make it again", FailureKind.Different);
}

/// <summary>Opens images on this machine.</summary>
internal static class LocalSources
{
    private const int MaxIndex = 16 * 1024 * 1024;

    /// <summary>Opens an image in a layout.</summary>
    /// <exception cref="FirnException">There is none, or several and none is named.</exception>
    public static ImageSource Open(ImageLocation.InLayout layout) => Reading(layout.Folder, "name the folder of an OCI image layout: oci:DIR", () =>
    {
        var content = BoundedFile.Read(Path.Join(layout.Folder, "index.json"), MaxIndex);
        var index = content.IsComplete ? ImageIndex.Read(content.Memory) : throw new FormatException($"index.json cannot be read: {content.Reason}");
        var root = Choose(layout.Folder, layout.Name, index, static names => $"name one, oci:DIR:NAME, of: {names}");
        return new LocalSource(layout.ToString(), root, digest =>
        {
            var path = Path.Join(layout.Folder, "blobs", "sha256", digest.Hex);
            return FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile ? new LayoutLayer(digest.ToString(), stat.Size, () => ImageLayout.OpenFile(path)) : null;
        });
    });

    /// <summary>Opens an image in a file: one with an index is taken as it is, of an older one the manifest is made.</summary>
    /// <exception cref="FirnException">There is none, or several and none is named.</exception>
    public static ImageSource Open(ImageLocation.InArchive archive, CancellationToken cancellation) =>
        Reading(archive.File, "name a file that `docker save` wrote: docker-archive:FILE", () =>
        {
            using var stream = ImageLayout.OpenFile(archive.File);
            var entries = ImageLayout.EntriesOf(archive.File, stream);
            LayoutLayer? Blob(Sha256Digest digest) => entries.GetValueOrDefault($"blobs/sha256/{digest.Hex}");
            var index = entries.GetValueOrDefault("index.json") is { } listed ? ImageIndex.Read(Bytes(listed)) : null;
            if (entries.GetValueOrDefault("manifest.json") is not { } older)
            {
                return index is null
                    ? throw new FormatException("neither manifest.json nor index.json is in it")
                    : new LocalSource(archive.ToString(), Choose(archive.File, archive.Name, index, static names => $"name one, docker-archive:FILE:NAME, of: {names}"), Blob);
            }

            var image = OlderManifest.Choose(Bytes(older), archive);
            return index?.Manifests.FirstOrDefault(manifest => IsOf(manifest, image, Blob)) is { } root
                ? new LocalSource(archive.ToString(), root, Blob)
                : image.Open(archive, entries, cancellation);
        });

    private static bool IsOf(Descriptor descriptor, OlderManifest image, Func<Sha256Digest, LayoutLayer?> blob)
    {
        try
        {
            return blob(descriptor.Digest) is { } found && descriptor.Size <= RegistryClient.MaxManifest && found.Size == descriptor.Size
                && ImageManifest.Read(Bytes(found)) is var manifest && $"blobs/sha256/{manifest.Configuration.Digest.Hex}" == image.Configuration
                && manifest.Layers.Select(static layer => $"blobs/sha256/{layer.Digest.Hex}").SequenceEqual(image.Layers);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static Descriptor Choose(string path, string? name, ImageIndex index, Func<string, string> hint)
    {
        var found = index.Manifests.Where(manifest => name is null || NamesOf(manifest).Contains(name)).ToList();
        var names = index.Manifests.SelectMany(NamesOf).Distinct().ToList();
        return found.Count == 1 ? found[0] : throw new FirnException(
            found.Count > 1 ? $"{path} holds {found.Count} images" : name is null ? $"{path} holds no image" : $"{path} holds no image named {name}",
            names.Count == 0 ? "its index.json names none" : hint(ShortList.Of([.. names], ", ")), FailureKind.InvalidRequest);
    }

    private static IEnumerable<string> NamesOf(Descriptor manifest) =>
        new[] { LayoutWriter.ReferenceName, HybridArchive.ImageName }.Select(manifest.Annotations.GetValueOrDefault).OfType<string>();

    internal static byte[] Bytes(LayoutLayer entry)
    {
        var bytes = entry.Size <= MaxIndex ? new byte[entry.Size] : throw new FormatException($"{entry.Name} is too large");
        using var content = entry.Open();
        return content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length ? bytes : throw new FormatException($"{entry.Name} is cut off");
    }

    private static ImageSource Reading(string path, string hint, Func<ImageSource> open)
    {
        try
        {
            return open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new FirnException($"{path} holds no image that can be read: {JsonFailure.Reason(exception)}", hint, FailureKind.InvalidRequest, exception);
        }
    }
}

/// <summary>An image of <c>manifest.json</c>, as docker before 25 saved it.</summary>
/// <param name="Configuration">The member with its configuration.</param>
/// <param name="Layers">The members with its layers.</param>
internal sealed record OlderManifest(string Configuration, IReadOnlyList<string> Layers)
{
    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b];

    private static ReadOnlySpan<byte> ZstandardMagic => [0x28, 0xb5, 0x2f, 0xfd];

    /// <summary>The image that is named.</summary>
    public static OlderManifest Choose(byte[] document, ImageLocation.InArchive archive) => JsonFields.Read(document, root =>
    {
        var all = root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().ToList() : throw new FormatException("its manifest.json is no list of images");
        var chosen = all.Where(image => archive.Name is null || image.Texts("RepoTags").Contains(archive.Name)).ToList();
        return chosen.Count == 1 ? new OlderManifest(chosen[0].RequiredText("Config"), chosen[0].Texts("Layers")) : throw new FirnException(
            archive.Name is null ? $"{archive.File} holds {all.Count} images" : $"{archive.File} holds no image named {archive.Name}",
            $"name one, docker-archive:FILE:NAME:TAG, of: {ShortList.Of([.. all.SelectMany(static image => image.Texts("RepoTags"))], ", ")}", FailureKind.InvalidRequest);
    });

    /// <summary>Makes its manifest: the digests are those of the bytes as they lie there.</summary>
    public ImageSource Open(ImageLocation.InArchive archive, Dictionary<string, LayoutLayer> entries, CancellationToken cancellation)
    {
        LayoutLayer Find(string name) => entries.GetValueOrDefault(name) ?? throw new FormatException($"{name} is not in it");
        var blobs = new Dictionary<Sha256Digest, LayoutLayer>();
        Descriptor Add(string mediaType, LayoutLayer entry)
        {
            var descriptor = new Descriptor(mediaType, DigestOf(entry, cancellation), entry.Size);
            blobs[descriptor.Digest] = entry;
            return descriptor;
        }

        var manifest = new ImageManifest
        {
            Configuration = Add(MediaTypes.Configuration, Find(Configuration)),
            Layers = [.. Layers.Select(layer => Find(layer)).Select(layer => Add(TypeOf(layer), layer))],
        }.Write();
        var root = Descriptor.Of(MediaTypes.Manifest, manifest);
        blobs[root.Digest] = new LayoutLayer("the manifest", manifest.Length, () => new MemoryStream(manifest));
        return new LocalSource(archive.ToString(), root, blobs.GetValueOrDefault);
    }

    private static string TypeOf(LayoutLayer layer)
    {
        Span<byte> start = stackalloc byte[4];
        using var content = layer.Open();
        content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start.StartsWith(GzipMagic) ? MediaTypes.GzipLayer : start.SequenceEqual(ZstandardMagic) ? MediaTypes.ZstandardLayer : MediaTypes.Layer;
    }

    private static Sha256Digest DigestOf(LayoutLayer entry, CancellationToken cancellation)
    {
        using var content = entry.Open();
        using var hasher = new Sha256Hasher();
        var buffer = new byte[64 * 1024];
        while (content.Read(buffer, 0, buffer.Length) is var read and > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            hasher.Append(buffer.AsSpan(0, read));
        }

        return hasher.Finish();
    }
}
