using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Firn.Python.Wheels.Zip;

/// <summary>
/// What stands at the end of a zip file: where its central directory is (APPNOTE 4.3.14 to 4.3.16). Of a file that could
/// be read in two ways, with bytes before it, behind it or between its parts, none is taken.
/// </summary>
/// <param name="Offset">Where the directory begins.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Entries">How many members it has.</param>
internal readonly record struct ZipEnd(long Offset, long Length, long Entries)
{
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int LargeEndLength = 56;
    private const int LongestComment = ushort.MaxValue;

    /// <exception cref="ZipFormatException">There is none, or it is not to be trusted.</exception>
    public static ZipEnd Read(SafeFileHandle file, long fileLength)
    {
        var tail = new byte[(int)Math.Min(fileLength, EndLength + LongestComment + LocatorLength)];
        ZipBytes.Read(file, fileLength - tail.Length, tail);
        var at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || at + EndLength > tail.Length)
        {
            throw new ZipFormatException("it is no zip file, or was cut off");
        }

        var end = tail.AsSpan(at);
        if (BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) != end.Length - EndLength)
        {
            throw new ZipFormatException("bytes follow its end, or its comment hides another one");
        }

        var position = fileLength - tail.Length + at;
        var found = new ZipEnd(
            BinaryPrimitives.ReadUInt32LittleEndian(end[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(end[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(end[10..]));
        var isSplit = BinaryPrimitives.ReadUInt32LittleEndian(end[4..]) is not 0 and not uint.MaxValue
            || BinaryPrimitives.ReadUInt16LittleEndian(end[8..]) != BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        if (at >= LocatorLength && tail.AsSpan(at - LocatorLength).StartsWith("PK\u0006\u0007"u8))
        {
            found = ReadLarge(file, tail.AsSpan(at - LocatorLength, LocatorLength), position - LocatorLength, found, out position);
        }

        if (isSplit)
        {
            throw new ZipFormatException("it is one part of several");
        }

        // Offsets of what was put before the file would all be off by the same number.
        return found.Offset + found.Length == position
            ? found
            : throw new ZipFormatException("its directory is not where its end says: bytes were added or taken away");
    }

    private static ZipEnd ReadLarge(
        SafeFileHandle file, ReadOnlySpan<byte> locator, long locatorPosition, ZipEnd small, out long position)
    {
        position = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        if (position < 0 || position > locatorPosition - LargeEndLength)
        {
            throw new ZipFormatException("its zip64 end lies outside of it");
        }

        Span<byte> end = stackalloc byte[LargeEndLength];
        ZipBytes.Read(file, position, end);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(end[4..]);
        if (!end.StartsWith("PK\u0006\u0006"u8) || length != (ulong)(locatorPosition - position - 12)
            || BinaryPrimitives.ReadUInt64LittleEndian(end[16..]) != 0)
        {
            throw new ZipFormatException("its zip64 end is damaged");
        }

        var large = new ZipEnd(
            BinaryPrimitives.ReadInt64LittleEndian(end[48..]),
            BinaryPrimitives.ReadInt64LittleEndian(end[40..]),
            BinaryPrimitives.ReadInt64LittleEndian(end[32..]));
        var agree = BinaryPrimitives.ReadInt64LittleEndian(end[24..]) == large.Entries
            && (small.Offset == uint.MaxValue || small.Offset == large.Offset)
            && (small.Length == uint.MaxValue || small.Length == large.Length)
            && (small.Entries == ushort.MaxValue || small.Entries == large.Entries);
        return agree && large is { Offset: >= 0, Length: >= 0, Entries: >= 0 } && large.Offset <= position
            ? large
            : throw new ZipFormatException("its two ends contradict each other");
    }
}
