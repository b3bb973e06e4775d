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

    private const int MaxIndex = 16 * 1024 * 1024;
    private const int MaxTries = 300;
    private const int TriesApart = 100;
    private static ReadOnlySpan<byte> Mark => "{\"imageLayoutVersion\": \"1.0.0\"}\n"u8;

    private string MarkPath => Path.Join(folder, "oci-layout");

    /// <summary>Where the blob of a digest lies.</summary>
    public string PathOf(Sha256Digest digest) => Path.Join(folder, "blobs", "sha256", digest.Hex);

    /// <summary>Makes the folder, where there is none.</summary>
    /// <exception cref="FirnException">The folder is another thing already.</exception>
    public void Begin()
    {
        // What a killed one left of the mark is no reason to refuse.
        if (Directory.Exists(folder) && !File.Exists(MarkPath)
            && Directory.EnumerateFileSystemEntries(folder).Any(entry => !entry.StartsWith($"{MarkPath}.", StringComparison.Ordinal)))
        {
            throw new FirnException($"{folder} is no OCI image layout, and not empty", "name an empty folder, or one that holds images already", FailureKind.InvalidRequest);
        }

        Directory.CreateDirectory(folder);
        if (!File.Exists(MarkPath))
        {
            Put(MarkPath, Mark);
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

    /// <summary>Gives manifests names, in the place of those that had them.</summary>
    /// <param name="manifest">The manifest or index, whose blobs are all there.</param>
    /// <param name="names">Its names; empty for none.</param>
    public void Name(Descriptor manifest, ImmutableArray<string> names)
    {
        var path = Path.Join(folder, "index.json");
        using var held = Lock();
        AtomicFile.SynchronizeDirectory(Path.Join(folder, "blobs", "sha256"));
        var index = BoundedFile.Read(path, MaxIndex) is { IsComplete: true } content ? ImageIndex.Read(content.Memory) : new ImageIndex();
        var others = index.Manifests.Where(other => other.Annotations.GetValueOrDefault(ReferenceName) is { } name ? !names.Contains(name) : other.Digest != manifest.Digest);
        var own = names.IsEmpty ? [manifest] : names.Select(name => manifest with { Annotations = manifest.Annotations.SetItem(ReferenceName, name) });
        Put(path, (index with { Manifests = [.. others, .. own] }).Write());
    }

    /// <summary>Two that name images at the same time must not lose each other's names: the file that is never written again is locked.</summary>
    private FileStream Lock()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return new FileStream(MarkPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (exception is not FileNotFoundException and not DirectoryNotFoundException && tries < MaxTries)
            {
                Thread.Sleep(TriesApart);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new FirnException($"cannot write {folder}: {exception.Message}", "check that it is yours to write to, and that no other process keeps it", innerException: exception);
            }
        }
    }

    private static void Put(string path, ReadOnlySpan<byte> content)
    {
        using var staged = AtomicFile.Stage(path, content);
        staged.Place();
    }
}
