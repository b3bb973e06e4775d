using Firn.Common;
using Firn.Common.Tar;

namespace Firn.Storage.Bundles;

/// <summary>Writes the tar of a bundle and tells the digest of each member.</summary>
internal static class BundleTarWriter
{
    /// <returns>The digest of each member in the layout's order; <see langword="null"/> for links and folders, and for all where none are wanted.</returns>
    /// <exception cref="FirnException">A file cannot be read, or changed.</exception>
    public static Sha256Digest?[] Write(BundleLayout layout, OutputBuffer output, bool withDigests, CancellationToken cancellation)
    {
        var tar = new TarWriter(output);
        using var sink = new BundleSink(output, withDigests);
        var digests = new Sha256Digest?[layout.Members.Length];
        for (var i = 0; i < digests.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            tar.Start(layout.Entries[i]);
            if (layout.Members[i].Content is { } content)
            {
                sink.Start(content.Length);
                content.WriteTo(sink);
                digests[i] = sink.Finish();
                if (digests[i] is { } digest)
                {
                    content.Check(digest);
                }

                tar.Pad(content.Length);
            }
        }

        tar.Finish();
        return digests;
    }
}
