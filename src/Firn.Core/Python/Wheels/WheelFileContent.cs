using Firn.Common;
using Firn.Python.Installation;
using Firn.Python.Wheels.Zip;
using Firn.Storage.Bundles;

namespace Firn.Python.Wheels;

/// <summary>
/// The bytes of a wheel's file, read when the bundle is written, and compared on their way with their length, their
/// checksum and their hash in RECORD.
/// </summary>
/// <param name="zip">The wheel; open as long as the bundle is written.</param>
/// <param name="entry">The file.</param>
/// <param name="hash">As recorded; empty where none is.</param>
/// <param name="wheel">The wheel's name, for messages.</param>
internal sealed class WheelFileContent(ZipDirectory zip, ZipEntry entry, string hash, string wheel) : BundleContent
{
    public override long Length => entry.Length;

    public override void WriteTo(BundleSink sink)
    {
        try
        {
            Write(sink);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw WheelRefusal.Of(wheel, $"{ZipEntryName.Show(entry.Path)}: its bytes cannot be read", exception);
        }
    }

    public override void Check(Sha256Digest written)
    {
        if (RecordHash.IsComparable(hash) && !RecordHash.Matches(hash, written))
        {
            throw NotAsRecorded();
        }
    }

    private void Write(BundleSink sink)
    {
        using var content = zip.OpenContent(entry);
        using var hasher = RecordedHash.CreateHasher(hash);
        var crc = new Crc32();
        var left = entry.Length;
        while (true)
        {
            // One byte more than promised tells whether there is more; a piece that holds all is digested in one call.
            var space = sink.Space(left + 1);
            space = space.Length > left ? space[..(int)(left + 1)] : space;
            var count = content.ReadAtLeast(space, space.Length, throwOnEndOfStream: false);
            if (count > left)
            {
                throw WheelRefusal.Of(wheel, $"{ZipEntryName.Show(entry.Path)}: it is longer than it says");
            }

            crc.Append(space[..count]);
            hasher?.AppendData(space[..count]);
            sink.Advance(count);
            left -= count;
            if (count < space.Length)
            {
                break;
            }
        }

        if (left > 0 || crc.Value != entry.Crc)
        {
            throw WheelRefusal.Of(wheel, $"{ZipEntryName.Show(entry.Path)}: its bytes are damaged");
        }

        if (hasher is not null && !RecordedHash.Matches(hash, hasher))
        {
            throw NotAsRecorded();
        }
    }

    private FirnException NotAsRecorded() =>
        WheelRefusal.Of(wheel, $"{ZipEntryName.Show(entry.Path)}: its bytes are not what its RECORD says");
}
