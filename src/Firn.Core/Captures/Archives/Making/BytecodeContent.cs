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
    public override long Length => length;

    public override void WriteTo(BundleSink sink)
    {
        var bytes = new byte[length + 1];
        using var file = PlainFile.Open(path);
        var count = 0;
        while (count < bytes.Length)
        {
            var read = file.Read(bytes.AsSpan(count));
            if (read == 0)
            {
                break;
            }

            count += read;
        }

        if (count != length)
        {
            throw new FirnException(
                $"{path} changed while it was read", "run the command again when nothing else writes there");
        }

        if (timeOffset >= 0)
        {
            bytes.AsSpan(timeOffset, 4).Clear();
        }

        sink.Write(bytes.AsSpan(0, count));
    }
}
