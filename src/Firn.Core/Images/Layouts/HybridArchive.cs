using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Common.Tar;
using Firn.Images.Documents;
using Microsoft.Win32.SafeHandles;

namespace Firn.Images.Layouts;

/// <summary>
/// An image in one file that every engine loads: an OCI image layout with docker's <c>manifest.json</c> beside it, as docker from 25 on
/// saves it. All sizes are known before the first byte, so members are written at their places in any order, and equal images give equal
/// files. The file is whole or absent.
/// </summary>
internal sealed class HybridArchive : IDisposable
{
    /// <summary>The annotation from which containerd and podman take an image's name.</summary>
    public const string ImageName = "io.containerd.image.name";

    private static readonly ImmutableArray<string> Folders = ["blobs/", "blobs/sha256/"];

    private readonly string _path;
    private readonly string _temporary;
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<Sha256Digest, long> _starts = [];
    private bool _isPlaced;

    /// <param name="path">The file, which is not there yet.</param>
    /// <exception cref="FirnException">It is, or its folder takes no file.</exception>
    public HybridArchive(string path)
    {
        (_path, _temporary) = (path, $"{path}.firn-{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
        if (Path.Exists(path))
        {
            throw new FirnException($"{path} is there already", "name another file, or remove it", FailureKind.InvalidRequest);
        }

        _handle = Try(() => File.OpenHandle(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read));
    }

    /// <summary>Lays the file out, and writes all but the blobs.</summary>
    /// <param name="root">The image's manifest.</param>
    /// <param name="manifest">What it says.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="name">The image's name; <see langword="null"/> for none.</param>
    public void Begin(Descriptor root, ImageManifest manifest, ReadOnlySpan<byte> content, ImageReference? name)
    {
        var index = new ImageIndex { Manifests = [root with { Annotations = Names(name) }] }.Write();
        var documents = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [PathOf(root)] = content.ToArray(),
            ["index.json"] = index,
            ["manifest.json"] = Older(manifest, name),
            ["oci-layout"] = "{\"imageLayoutVersion\":\"1.0.0\"}"u8.ToArray(),
        };
        var entries = manifest.Layers.Add(manifest.Configuration).DistinctBy(static blob => blob.Digest)
            .Select(static blob => new TarEntry { Path = PathOf(blob), Size = blob.Size })
            .Concat(documents.Select(static document => new TarEntry { Path = document.Key, Size = document.Value.Length }))
            .Concat(Folders.Select(static folder => new TarEntry { Path = folder, Kind = TarEntryKind.Directory }))
            .OrderBy(static entry => entry.Path, StringComparer.Ordinal);
        long at = 0;
        foreach (var entry in entries)
        {
            var header = new byte[TarHeader.Measure(entry) - TarHeader.Padded(entry.Size)];
            var output = new OutputBuffer(header, null);
            new TarWriter(output).Start(entry);
            Write(header, at);
            if (documents.TryGetValue(entry.Path, out var document))
            {
                Write(document, at + header.Length);
            }
            else if (Sha256Digest.TryParse(Path.GetFileName(entry.Path), out var digest))
            {
                _starts[digest] = at + header.Length;
            }

            at += TarHeader.Measure(entry);
        }

        Try(() =>
        {
            RandomAccess.SetLength(_handle, at + TarWriter.EndLength);
            return this;
        });
    }

    /// <summary>Where a blob goes.</summary>
    public BlobStage Stage(Descriptor blob) => new(blob, _handle, _starts[blob.Digest], _path);

    /// <summary>Puts the file in its place.</summary>
    public void Finish() => Try(() =>
    {
        RandomAccess.FlushToDisk(_handle);
        _isPlaced = CreateIfAbsent.TryTake(_temporary, _path);
        return _isPlaced ? this : throw new FirnException($"{_path} is there already", "name another file, or remove it", FailureKind.InvalidRequest);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _handle.Dispose();
        try
        {
            // Where it was placed, this is its first name.
            File.Delete(_temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure that brought us here is the one to report.
        }
    }

    private static string PathOf(Descriptor blob) => $"blobs/sha256/{blob.Digest.Hex}";

    private static ImmutableSortedDictionary<string, string> Names(ImageReference? name)
    {
        var names = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        return name is null ? names : names.Add(ImageName, Full(name)).Add(LayoutWriter.ReferenceName, name.Tag ?? "latest");
    }

    /// <summary>containerd knows full names only.</summary>
    private static string Full(ImageReference name) =>
        name.Host is not null ? name.ToString() : name.Name.Contains('/', StringComparison.Ordinal) ? $"docker.io/{name}" : $"docker.io/library/{name}";

    private static byte[] Older(ImageManifest manifest, ImageReference? name)
    {
        var json = new CanonicalJsonWriter();
        json.StartArray();
        json.StartObject();
        json.String("Config", PathOf(manifest.Configuration));
        json.Strings("Layers", [.. manifest.Layers.Select(PathOf)]);
        json.Strings("RepoTags", name is null ? [] : [name.ToString()]);
        json.EndObject();
        json.EndArray();
        return json.WrittenDocument.ToArray();
    }

    private void Write(byte[] content, long at) => Try(() =>
    {
        RandomAccess.Write(_handle, content, at);
        return this;
    });

    private T Try<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException($"cannot write {_path}: {exception.Message}", "check that its folder exists, is yours to write to and has room", innerException: exception);
        }
    }
}
