using Firn.Common;
using Firn.Storage.Bundles;

namespace Firn.Conda.Linking;

/// <summary>The published bytes of an installed file, made from it while the bundle is written.</summary>
/// <param name="path">The installed file.</param>
/// <param name="installedLength">Its length when it was searched.</param>
/// <param name="file">What was found.</param>
internal sealed class UnreplacedContent(string path, long installedLength, UnreplacedFile file) : BundleContent
{
    public override long Length => file.Length;

    public override void WriteTo(BundleSink sink)
    {
        using var source = FileByteSource.Open(path, out _);
        if (source is null || source.Length != installedLength)
        {
            throw Changed();
        }

        try
        {
            new EditedByteSource(source, file.Edits ?? []).CopyTo(sink.Write);
        }
        catch (EndOfStreamException)
        {
            throw Changed();
        }
    }

    public override void Check(Sha256Digest written)
    {
        if (written != file.Digest)
        {
            throw Changed();
        }
    }

    private FirnException Changed() =>
        new($"{path} changed while it was read", "run the command again when nothing else writes there");
}
