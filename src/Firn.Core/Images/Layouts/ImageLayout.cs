using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Images.Documents;

namespace Firn.Images.Layouts;

/// <summary>A layer as it lies in a layout or an archive.</summary>
/// <param name="Name">How messages call it.</param>
/// <param name="Size">Bytes as they lie there, which may be compressed.</param>
/// <param name="Open">Opens them.</param>
internal sealed record LayoutLayer(string Name, long Size, Func<Stream> Open)
{
    /// <summary>Opens them from an offset on.</summary>
    public Stream OpenAt(long offset)
    {
        var stream = Open();
        if (stream is FilePart part)
        {
            part.Skip(offset);
        }
        else
        {
            stream.Seek(offset, SeekOrigin.Begin);
        }

        return stream;
    }
}

/// <summary>
/// An image outside of an engine: in a folder as an OCI image layout (image-spec, image-layout.md), or in one file as
/// <c>docker save</c> and <c>podman save</c> write it. What stands in it is untrusted: blobs are found by their digests alone.
/// </summary>
internal sealed class ImageLayout : IDisposable
{
    /// <summary>Before the folder of an OCI layout.</summary>
    public const string LayoutPrefix = "oci:";

    /// <summary>Before the file of an archive.</summary>
    public const string ArchivePrefix = "docker-archive:";

    /// <summary>The most that a registry takes as a manifest (distribution-spec, "Pushing Manifests").</summary>
    private const int MaxDocument = 4 * 1024 * 1024;

    private const int MaxLayers = 1000;
    private const int MaxNesting = 4;

    private readonly List<IDisposable> _open = [];
    private readonly string _what;

    private ImageLayout(string what) => _what = what;

    /// <summary>The image's configuration.</summary>
    public ReadOnlyMemory<byte> Configuration { get; private set; }

    /// <summary>Its layers, the lowest first.</summary>
    public ImmutableArray<LayoutLayer> Layers { get; private set; } = [];

    /// <summary>Whether a text names an image in a folder or a file.</summary>
    public static bool IsNamed(string text) =>
        text.StartsWith(LayoutPrefix, StringComparison.Ordinal) || text.StartsWith(ArchivePrefix, StringComparison.Ordinal);

    /// <summary>Opens <c>oci:DIR[:TAG]</c> or <c>docker-archive:FILE[:NAME:TAG]</c>.</summary>
    /// <param name="text">What is named.</param>
    /// <param name="currentFolder">What a path is relative to.</param>
    /// <exception cref="FirnException">It is not there, holds no image, or several and none is named.</exception>
    public static ImageLayout Open(string text, string currentFolder)
    {
        var isFolder = text.StartsWith(LayoutPrefix, StringComparison.Ordinal);
        var (path, name) = Split(text[(isFolder ? LayoutPrefix : ArchivePrefix).Length..], currentFolder);
        var layout = new ImageLayout(path);
        try
        {
            if (isFolder)
            {
                layout.ReadFolder(path, name);
            }
            else
            {
                layout.ReadArchive(path, name);
            }

            return layout;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or FirnException)
        {
            layout.Dispose();
            if (exception is FirnException)
            {
                throw;
            }

            throw new FirnException(
                $"{path} holds no image that can be read: {JsonFailure.Reason(exception)}",
                isFolder ? "name the folder of an OCI image layout: oci:DIR" : "name a file that `docker save` wrote: docker-archive:FILE",
                innerException: exception);
        }
    }

    /// <summary>Ends reading.</summary>
    public void Dispose() => _open.ForEach(static opened => opened.Dispose());

    /// <summary>A path may hold a colon itself: what is there decides.</summary>
    public static (string Path, string? Name) Split(string text, string currentFolder) => TrySplit(text, currentFolder) ?? throw new FirnException(
        $"{Path.GetFullPath(text.Length == 0 ? "." : text, currentFolder)} does not exist", "name an image that is there: oci:DIR or docker-archive:FILE", FailureKind.InvalidRequest);

    /// <summary>The same; <see langword="null"/> where nothing is there.</summary>
    public static (string Path, string? Name)? TrySplit(string text, string currentFolder)
    {
        for (var end = text.Length; end > 0; end = text.LastIndexOf(':', end - 1))
        {
            var path = Path.GetFullPath(text[..end], currentFolder);
            if (Path.Exists(path))
            {
                return (path, end == text.Length ? null : text[(end + 1)..]);
            }
        }

        return null;
    }

    private void ReadFolder(string folder, string? name)
    {
        string PathOf(string digest) => Path.Join(folder, "blobs", "sha256", digest);
        var index = JsonFields.Read(Document(Path.Join(folder, "index.json")), static root => root.Clone());
        var manifest = Manifest(index, name, digest => Document(PathOf(digest)), MaxNesting);
        Configuration = Document(PathOf(DigestOf(manifest.Object("config") ?? default)));
        Layers = [.. LayerItems(manifest.Items("layers")).Select(layer =>
        {
            var path = PathOf(DigestOf(layer));
            using var opened = OpenFile(path);
            return new LayoutLayer(DigestOf(layer), opened.Length, () => OpenFile(path));
        })];
    }

    private static byte[] Document(string path) =>
        BoundedFile.Read(path, MaxDocument) is { IsComplete: true } content ? content.Bytes.ToArray() : throw new FormatException($"{Path.GetFileName(path)} cannot be read");

    /// <summary>Opens a file that may be anything.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static FileStream OpenFile(string path) =>
        BoundedFile.Open(path, out var status) is { } handle
            ? new FileStream(handle, FileAccess.Read, bufferSize: 1)
            : throw new FormatException($"{Path.GetFileName(path)} cannot be read: {new FileContent(status, [], 0).Reason}");

    /// <summary>The manifest that an index names: of this name where one is given, for this processor where there are several.</summary>
    private JsonElement Manifest(JsonElement index, string? name, Func<string, byte[]> read, int depth)
    {
        var found = index.Items("manifests").Where(item => name is null || (item.Object("annotations") ?? default).Text(LayoutWriter.ReferenceName) == name).ToList();
        if (found.Count == 0)
        {
            throw new FirnException(
                name is null ? $"{_what} holds no image" : $"{_what} holds no image named {name}",
                $"its index.json names: {ShortList.Of([.. index.Items("manifests").Select(static item => (item.Object("annotations") ?? default).Text(LayoutWriter.ReferenceName) ?? "an image without a name")], ", ")}",
                FailureKind.InvalidRequest);
        }

        var own = found.Where(static item => item.Object("platform") is not { } platform || platform.Text("architecture") == ImagePlatform.Own.Architecture).ToList();
        if (own.Count != 1)
        {
            throw new FirnException(
                own.Count == 0 ? $"{_what} has no image for {ImagePlatform.Own.Architecture}" : $"{_what} holds {own.Count} images",
                own.Count == 0 ? "take one for this processor" : "name one: oci:DIR:TAG", FailureKind.InvalidRequest);
        }

        var inner = JsonFields.Read(read(DigestOf(own[0])), static root => root.Clone());
        return inner.Object("config") is not null ? inner
            : depth > 0 ? Manifest(inner, null, read, depth - 1)
            : throw new FormatException("its indexes name each other too deeply");
    }

    private static List<JsonElement> LayerItems(JsonElement.ArrayEnumerator items)
    {
        var layers = items.Take(MaxLayers + 1).ToList();
        return layers.Count <= MaxLayers ? layers : throw new FormatException($"it has more than {MaxLayers} layers");
    }

    /// <summary>The digits, and so the name of the blob.</summary>
    private static string DigestOf(JsonElement descriptor) =>
        Sha256Digest.TryParse(descriptor.Text("digest"), out var digest) ? digest.Hex : throw new FormatException("a digest in it is none of SHA-256");

    private void ReadArchive(string file, string? name)
    {
        var stream = OpenFile(file);
        _open.Add(stream);
        var entries = EntriesOf(file, stream);
        byte[] DocumentIn(string entry)
        {
            var found = Find(entries, entry);
            return found.Size <= MaxDocument ? Read(found) : throw new FormatException($"{entry} is too large");
        }

        var images = JsonFields.Read(DocumentIn("manifest.json"), static root => root.Clone());
        if (images.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("its manifest.json is no list of images");
        }

        var all = images.EnumerateArray().ToList();
        var chosen = all.Where(image => name is null || image.Texts("RepoTags").Contains(name)).ToList();
        if (chosen.Count != 1)
        {
            throw new FirnException(
                name is null ? $"{_what} holds {all.Count} images" : $"{_what} holds no image named {name}",
                $"name one, docker-archive:FILE:NAME:TAG, of: {ShortList.Of([.. all.SelectMany(static image => image.Texts("RepoTags"))], ", ")}",
                FailureKind.InvalidRequest);
        }

        Configuration = DocumentIn(chosen[0].RequiredText("Config"));
        Layers = [.. chosen[0].Texts("Layers").Take(MaxLayers).Select(layer => Find(entries, layer))];
    }

    /// <summary>The members of the archive; a layer that is there twice is a link to the first.</summary>
    /// <exception cref="FormatException">It is no tar.</exception>
    public static Dictionary<string, LayoutLayer> EntriesOf(string file, Stream stream)
    {
        var entries = new Dictionary<string, LayoutLayer>(StringComparer.Ordinal);
        var links = new List<(string Name, string Target)>();
        try
        {
            using var reader = new TarReader(stream, leaveOpen: true);
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink)
                {
                    var folder = entry.EntryType == TarEntryType.SymbolicLink ? Path.GetDirectoryName("/" + entry.Name)! : "/";
                    links.Add((entry.Name, Path.GetFullPath(entry.LinkName, folder)[1..]));
                }
                else if (entry.DataStream is not null || entry.Length == 0)
                {
                    var (start, length) = (entry.DataOffset, entry.Length);
                    entries[entry.Name] = new LayoutLayer(entry.Name, length, () => Part(file, start, length));
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new FormatException("it is not a tar", exception);
        }

        foreach (var (name, target) in links)
        {
            if (entries.TryGetValue(target, out var found))
            {
                entries[name] = found;
            }
        }

        return entries;
    }

    private static FilePart Part(string file, long start, long length)
    {
        var stream = OpenFile(file);
        stream.Seek(start, SeekOrigin.Begin);
        return new FilePart(stream, length);
    }

    private static LayoutLayer Find(Dictionary<string, LayoutLayer> entries, string name) =>
        entries.GetValueOrDefault(name) ?? throw new FormatException($"{name} is not in it");

    private static byte[] Read(LayoutLayer entry)
    {
        using var stream = entry.Open();
        var bytes = new byte[entry.Size];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>A part of a file as a stream of its own.</summary>
internal sealed class FilePart(FileStream file, long length) : ForwardReadStream
{
    private long _left = length;

    /// <summary>Passes over bytes.</summary>
    public void Skip(long count)
    {
        file.Seek(Math.Min(count, _left), SeekOrigin.Current);
        _left -= Math.Min(count, _left);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = file.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
