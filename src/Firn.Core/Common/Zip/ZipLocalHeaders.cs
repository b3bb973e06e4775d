using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Firn.Common.Zip;

/// <summary>
/// Compares the local headers (APPNOTE 4.3.7) with the directory. Programs that read from the start believe the one, those
/// that read from the end the other: they must tell the same, follow each other without a gap, and share no byte.
/// </summary>
internal sealed class ZipLocalHeaders(SafeFileHandle file)
{
    private const int HeaderLength = 30;
    private const int ExtraGuess = 64;
    private const int Compared = 0x2849;
    private const int HasDescriptor = 0x0008;

    private byte[] _buffer = new byte[1024];

    /// <summary>Reads them, and tells each member where its bytes are.</summary>
    /// <param name="entries">All members.</param>
    /// <param name="directoryOffset">Where the directory begins.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ZipFormatException">One contradicts the directory.</exception>
    public void Check(List<ZipEntry> entries, long directoryOffset, CancellationToken cancellation)
    {
        var sorted = entries.ToArray();
        Array.Sort(sorted, static (left, right) => left.HeaderOffset.CompareTo(right.HeaderOffset));
        long expected = 0;
        for (var i = 0; i < sorted.Length; i++)
        {
            if ((i & 1023) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            var entry = sorted[i];
            if (entry.HeaderOffset != expected)
            {
                throw Refusal(entry, entry.HeaderOffset < expected
                    ? "it shares bytes with another member"
                    : "bytes that belong to no member stand before it");
            }

            expected = i + 1 < sorted.Length ? sorted[i + 1].HeaderOffset : directoryOffset;
            Check(entry, expected);
        }

        if (sorted.Length == 0 && directoryOffset != 0)
        {
            throw new ZipFormatException("it holds bytes that belong to no member");
        }
    }

    private void Check(ZipEntry entry, long end)
    {
        var name = entry.Path + (entry.IsFolder ? "/" : string.Empty);
        var nameLength = Encoding.UTF8.GetByteCount(name);
        var header = Read(entry.HeaderOffset, HeaderLength + nameLength + ExtraGuess);
        if (header.Length < HeaderLength + nameLength || !header.StartsWith("PK\u0003\u0004"u8))
        {
            throw Refusal(entry, "it has no header of its own");
        }

        var extraLength = Short(header, 28);
        var flags = Short(header, 6);
        if (Short(header, 26) != nameLength
            || !header.Slice(HeaderLength, nameLength).SequenceEqual(Encoding.UTF8.GetBytes(name)))
        {
            throw Refusal(entry, "its own header has another name");
        }

        if (Short(header, 8) != (entry.IsDeflated ? 8 : 0) || ((flags ^ entry.Flags) & Compared) != 0)
        {
            throw Refusal(entry, "its own header has another form");
        }

        var start = HeaderLength + nameLength + extraLength;
        if (extraLength > ExtraGuess)
        {
            header = Read(entry.HeaderOffset, start);
        }

        entry.DataOffset = entry.HeaderOffset + start;
        var rest = end - entry.DataOffset - entry.CompressedLength;
        if (header.Length < start || rest < 0)
        {
            throw Refusal(entry, "it shares bytes with another member");
        }

        var extra = new ZipExtraFields(header.Slice(HeaderLength + nameLength, extraLength));
        if (!extra.AreWhole || extra.Rename(header.Slice(HeaderLength, nameLength)))
        {
            throw Refusal(entry, "its own header has extra fields that cannot be right");
        }

        CheckNumbers(entry, header, extra.LargeNumbers, mayBeMissing: (flags & HasDescriptor) != 0);
        if ((flags & HasDescriptor) != 0 ? !IsDescriptor(entry, end - rest, rest) : rest != 0)
        {
            throw Refusal(entry, "bytes that belong to no member follow it");
        }
    }

    private static void CheckNumbers(ZipEntry entry, ReadOnlySpan<byte> header, ReadOnlySpan<byte> large, bool mayBeMissing)
    {
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(header[14..]);
        long compressed = BinaryPrimitives.ReadUInt32LittleEndian(header[18..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(header[22..]);
        if (large.Length >= 16 && (length == uint.MaxValue || compressed == uint.MaxValue))
        {
            // A local header has both or neither (APPNOTE 4.5.3).
            length = BinaryPrimitives.ReadInt64LittleEndian(large);
            compressed = BinaryPrimitives.ReadInt64LittleEndian(large[8..]);
        }

        var isMissing = mayBeMissing && length is 0 or uint.MaxValue && compressed is 0 or uint.MaxValue && crc == 0;
        if (!isMissing && (crc != entry.Crc || length != entry.Length || compressed != entry.CompressedLength))
        {
            throw Refusal(entry, "its own header has other numbers");
        }
    }

    /// <summary>Four forms are in use: with and without a signature, with numbers of 32 and of 64 bits (APPNOTE 4.3.9).</summary>
    private bool IsDescriptor(ZipEntry entry, long offset, long length)
    {
        if (length is not (12 or 16 or 20 or 24))
        {
            return false;
        }

        var bytes = Read(offset, (int)length);
        if (length is 16 or 24)
        {
            if (!bytes.StartsWith("PK\u0007\u0008"u8))
            {
                return false;
            }

            bytes = bytes[4..];
        }

        var numbers = bytes[4..];
        var (compressed, whole) = numbers.Length == 8
            ? (BinaryPrimitives.ReadUInt32LittleEndian(numbers), BinaryPrimitives.ReadUInt32LittleEndian(numbers[4..]))
            : (BinaryPrimitives.ReadInt64LittleEndian(numbers), BinaryPrimitives.ReadInt64LittleEndian(numbers[8..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) == entry.Crc
            && compressed == entry.CompressedLength && whole == entry.Length;
    }

    private ReadOnlySpan<byte> Read(long offset, int length)
    {
        if (_buffer.Length < length)
        {
            _buffer = new byte[length];
        }

        return _buffer.AsSpan(0, ZipBytes.ReadUpTo(file, offset, _buffer.AsSpan(0, length)));
    }

    private static ZipFormatException Refusal(ZipEntry entry, string problem) =>
        new($"{ZipEntryName.Show(entry.Path)}: {problem}");

    private static int Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
}
