using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Images.Documents;

namespace Firn.Images.Layouts;

/// <summary>
/// Puts images into a folder that is an OCI image layout (image-spec, image-layout.md), beside those that are there. A blob is
/// written beside its place and renamed; the name comes last, so that what is named is whole.
/// </summary>
/// <param name="folder">The layout's folder, absolute; it is made where there is none.</param>
internal sealed class LayoutWriter(string folder)
{
    /// <summary>The annotation with the name of an image in <c>index.json</c>.</summary>
    public const string ReferenceName = "org.opencontainers.image.ref.name";

    private const int CopyLength = 1 << 20;
    private const int MaxIndex = 16 * 1024 * 1024;
    private static ReadOnlySpan<byte> Mark => "{\"imageLayoutVersion\": \"1.0.0\"}\n"u8;

    /// <summary>Where the blob of a digest lies.</summary>
    public string PathOf(Sha256Digest digest) => Path.Join(folder, "blobs", "sha256", digest.Hex);

    /// <summary>Makes the folder, where there is none.</summary>
    /// <exception cref="FirnException">The folder is another thing already.</exception>
    public void Begin()
    {
        if (Directory.Exists(folder) && !File.Exists(Path.Join(folder, "oci-layout")) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new FirnException($"{folder} is no OCI image layout, and not empty", "name an empty folder, or one that holds images already", FailureKind.InvalidRequest);
        }

        Directory.CreateDirectory(Path.Join(folder, "blobs", "sha256"));
    }

    /// <summary>Whether a blob of this digest and size is there.</summary>
    public bool Has(Descriptor blob) => new FileInfo(PathOf(blob.Digest)) is { Exists: true } file && file.Length == blob.Size;

    /// <summary>Writes a document as a blob.</summary>
    public void Add(Descriptor blob, ReadOnlySpan<byte> content)
    {
        if (!Has(blob))
        {
            using var staged = AtomicFile.Stage(PathOf(blob.Digest), content);
            staged.Place();
        }
    }

    /// <summary>Copies a blob.</summary>
    /// <param name="blob">What it is.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="cancellation">Stops the copy; nothing is left of it.</param>
    /// <exception cref="FormatException">Its bytes are not what the descriptor says.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public void Add(Descriptor blob, Func<Stream> open, CancellationToken cancellation)
    {
        if (Has(blob))
        {
            return;
        }

        var place = PathOf(blob.Digest);
        var staged = $"{place}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.tmp";
        try
        {
            using (var source = open())
            using (var target = new FileStream(staged, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1))
            using (var hasher = new Sha256Hasher())
            {
                var buffer = new byte[CopyLength];
                for (int count; (count = source.Read(buffer)) > 0;)
                {
                    cancellation.ThrowIfCancellationRequested();
                    hasher.Append(buffer.AsSpan(0, count));
                    target.Write(buffer, 0, count);
                }

                var size = target.Length;
                if (hasher.Finish() is var digest && (digest != blob.Digest || size != blob.Size))
                {
                    throw new FormatException($"a blob has {size} bytes and {digest}, not {blob.Size} and {blob.Digest}");
                }

                RandomAccess.FlushToDisk(target.SafeFileHandle);
            }

            File.Move(staged, place, overwrite: true);
        }
        finally
        {
            File.Delete(staged);
        }
    }

    /// <summary>Gives manifests names, in the place of those that had them.</summary>
    /// <param name="manifest">The manifest or index, whose blobs are all there.</param>
    /// <param name="names">Its names; empty for none.</param>
    public void Name(Descriptor manifest, ImmutableArray<string> names)
    {
        var path = Path.Join(folder, "index.json");
        var index = BoundedFile.Read(path, MaxIndex) is { IsComplete: true } content ? ImageIndex.Read(content.Memory) : new ImageIndex();
        var others = index.Manifests.Where(other => other.Annotations.GetValueOrDefault(ReferenceName) is { } name ? !names.Contains(name) : other.Digest != manifest.Digest);
        var own = names.IsEmpty ? [manifest] : names.Select(name => manifest with { Annotations = manifest.Annotations.SetItem(ReferenceName, name) });
        Put(Path.Join(folder, "oci-layout"), Mark);
        Put(path, (index with { Manifests = [.. others, .. own] }).Write());
    }

    private static void Put(string path, ReadOnlySpan<byte> content)
    {
        using var staged = AtomicFile.Stage(path, content);
        staged.Place();
    }
}
