using Firn.Common;
using Firn.Storage.Bundles;

namespace Firn.Conda.Archives;

/// <summary>A file of a package on its way into a bundle, held against what the package says of it.</summary>
/// <param name="spool">Has its bytes, and has to be there until the bundle is written.</param>
/// <param name="file">Where they are.</param>
/// <param name="path">The file in the package.</param>
/// <param name="published">The digest from <c>paths.json</c>, where there is one.</param>
/// <param name="failure">The package's failures.</param>
internal sealed class SpooledContent(
    ArchiveSpool spool, ArchiveFile file, string path, Sha256Digest? published, ArchiveFailure failure) : BundleContent
{
    public override long Length => file.Length;

    public override void WriteTo(BundleSink sink)
    {
        var offset = file.Offset;
        var end = file.Offset + file.Length;
        while (offset < end)
        {
            var space = sink.Space(end - offset);
            var count = spool.Read(offset, space.Length > end - offset ? space[..(int)(end - offset)] : space);
            sink.Advance(count);
            offset += count;
        }
    }

    public override void Check(Sha256Digest written)
    {
        if (published is not null && written != published)
        {
            throw failure.Damaged($"{path} has {written}, and paths.json says {published}");
        }
    }
}
