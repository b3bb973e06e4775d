using Firn.Common;
using Firn.Common.Files;

namespace Firn.Storage.Bundles;

/// <summary>The bytes of a file, read straight into the bundle's buffer.</summary>
internal sealed class FileBundleContent(string path, long length, Sha256Digest? expected, IContentWatch? watch) : BundleContent
{
    public override long Length => length;

    public override void WriteTo(BundleSink sink)
    {
        using var file = PlainFile.OpenSteady(path);
        var left = length;
        while (true)
        {
            // One byte more than promised tells in the same call whether the file has grown.
            var space = sink.Space(left + 1);
            var count = file.Read(space.Length > left ? space[..(int)(left + 1)] : space);
            if (count > left)
            {
                throw Changed("it has grown");
            }

            if (count == length)
            {
                watch?.See(path, space[..count]);
            }

            sink.Advance(count);
            left -= count;
            if (left == 0 && count < space.Length)
            {
                file.MustBeSteady();
                return;
            }

            if (count == 0)
            {
                throw Changed("it has shrunk");
            }
        }
    }

    public override void Check(Sha256Digest written)
    {
        if (expected is { } digest && digest != written)
        {
            throw Changed($"it has {written}, not {digest}");
        }
    }

    private FirnException Changed(string how) => new(
        $"{path} changed while it was read: {how}", "run the command again when nothing else writes there");
}
