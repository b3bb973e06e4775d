using Firn.Common;

namespace Firn.Storage.Bundles;

/// <summary>The bytes of a file on their way into a bundle.</summary>
internal abstract class BundleContent
{
    /// <summary>How many bytes there are; known before the first is written.</summary>
    public abstract long Length { get; }

    /// <summary>The bytes of a file on the disk.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="length">Its length when it was looked at. Another one when it is read is a <see cref="FirnException"/>.</param>
    /// <param name="expected">What it must hold, where that is known.</param>
    /// <param name="watch">Is shown the bytes.</param>
    public static BundleContent OfFile(string path, long length, Sha256Digest? expected = null, IContentWatch? watch = null) =>
        new FileBundleContent(path, length, expected, length <= IContentWatch.Most ? watch : null);

    /// <summary>Bytes in memory; nobody may change them until the bundle is there.</summary>
    public static BundleContent OfBytes(ReadOnlyMemory<byte> bytes) => new MemoryBundleContent(bytes);

    /// <summary>Writes all the bytes.</summary>
    public abstract void WriteTo(BundleSink sink);

    /// <summary>Looks at what was written.</summary>
    /// <exception cref="FirnException">It is not what was expected.</exception>
    public virtual void Check(Sha256Digest written)
    {
        // Content in memory is what it is.
    }
}
