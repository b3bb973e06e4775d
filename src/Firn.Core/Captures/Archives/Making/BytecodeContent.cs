using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Bundles;

namespace Firn.Captures.Archives.Making;

/// <summary>A bytecode file with the time in its header zero, since that is the time of one installation's source.</summary>
/// <param name="path">The file.</param>
/// <param name="length">Its length when it was looked at.</param>
/// <param name="timeOffset">Where the four bytes of the time stand; -1 where the header has none.</param>
internal sealed class BytecodeContent(string path, long length, int timeOffset) : BundleContent
{
    private const int TimeLength = 4;

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
            if (count > left || (count == 0 && left > 0) || (left == length && count < timeOffset + TimeLength))
            {
                throw new FirnException(
                    $"{path} changed while it was read", "run the command again when nothing else writes there");
            }

            if (left == length && timeOffset >= 0)
            {
                space.Slice(timeOffset, TimeLength).Clear();
            }

            sink.Advance(count);
            left -= count;
            if (left == 0 && count < space.Length)
            {
                file.MustBeSteady();
                return;
            }
        }
    }
}
