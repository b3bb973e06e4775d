using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Firn.Common.Zip;

/// <summary>Reads a central directory (APPNOTE 4.3.12). Whatever a wheel has no use for is refused by the member's name.</summary>
/// <param name="fileLength">The bytes of the whole file.</param>
internal sealed class ZipDirectoryReader(long fileLength)
{
    private const int HeaderLength = 46;
    private const int Encrypted = 0x2041;
    private const int Utf8Name = 0x0800;
    private const int Stored = 0;
    private const int Deflated = 8;
    private const int FileType = 0xf000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;
    private const int Link = 0xa000;

    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private long _content;

    /// <exception cref="ZipFormatException">It is damaged, or holds what no wheel may hold.</exception>
    public List<ZipEntry> Read(ReadOnlySpan<byte> directory, long count, CancellationToken cancellation)
    {
        var entries = new List<ZipEntry>((int)count);
        while (!directory.IsEmpty)
        {
            if ((entries.Count & 1023) == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            var length = directory.Length < HeaderLength || !directory.StartsWith("PK\u0001\u0002"u8) ? 0
                : HeaderLength + Short(directory, 28) + Short(directory, 30) + Short(directory, 32);
            if (length == 0 || length > directory.Length || entries.Count == count)
            {
                throw new ZipFormatException("its directory is damaged");
            }

            entries.Add(ReadEntry(directory[..length]));
            directory = directory[length..];
        }

        if (entries.Count != count)
        {
            throw new ZipFormatException($"its directory has {entries.Count} members where its end says {count}");
        }

        if (_content > ZipLimits.LargestContent
            || (_content > ZipLimits.SuspiciousContent && _content / ZipLimits.LargestRatio > fileLength))
        {
            throw new ZipFormatException($"its {fileLength} bytes claim to hold {_content}");
        }

        return entries;
    }

    private ZipEntry ReadEntry(ReadOnlySpan<byte> header)
    {
        var nameLength = Short(header, 28);
        var nameBytes = header.Slice(HeaderLength, nameLength);
        var flags = Short(header, 8);
        var name = ZipEntryName.Decode(nameBytes, (flags & Utf8Name) != 0)
            ?? throw new ZipFormatException("it has a name that is not UTF-8, or does not say so: "
                + ZipEntryName.Show(System.Text.Encoding.Latin1.GetString(nameBytes)));
        var isFolder = name.EndsWith('/');
        var path = isFolder ? name[..^1] : name;
        var extra = new ZipExtraFields(header.Slice(HeaderLength + nameLength, Short(header, 30)));
        var mode = Short(header, 40);
        var method = Short(header, 10);
        if ((ZipEntryName.FindProblem(path) ?? FindKindProblem(mode, isFolder) ?? FindFormProblem(flags, method, extra, nameBytes)) is { } problem)
        {
            throw Refusal(name, problem);
        }

        if (!_paths.Add(path))
        {
            throw Refusal(name, "it stands there twice");
        }

        var (length, compressed, offset) = Numbers(header, extra.LargeNumbers, name);
        CheckLengths(name, isFolder, method, length, compressed);
        return new ZipEntry
        {
            Path = path,
            IsFolder = isFolder,
            IsExecutable = (mode & FileType) == RegularFile && (mode & 0x49) != 0,
            IsDeflated = method == Deflated,
            Flags = flags,
            Crc = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
            Length = length,
            CompressedLength = compressed,
            HeaderOffset = offset,
        };
    }

    private static string? FindKindProblem(int mode, bool isFolder) => (mode & FileType) switch
    {
        0 => null,
        RegularFile when !isFolder => null,
        Folder when isFolder => null,
        Link => "it is a symbolic link, which no wheel may hold",
        RegularFile or Folder => "its name and its mode do not agree whether it is a folder",
        _ => "it is a device, a pipe or a socket",
    };

    private static string? FindFormProblem(int flags, int method, ZipExtraFields extra, ReadOnlySpan<byte> name) =>
        (flags & Encrypted) != 0 ? "it is encrypted"
        : method is not (Stored or Deflated) ? $"it is compressed by method {method}; wheels have deflate"
        : !extra.AreWhole ? "its extra fields are damaged"
        : extra.Rename(name) ? "it has a second name in its extra fields"
        : null;

    /// <summary>Those that stand as their largest value in the header are in zip64's field, in this order (APPNOTE 4.5.3).</summary>
    private static (long Length, long Compressed, long Offset) Numbers(
        ReadOnlySpan<byte> header, ReadOnlySpan<byte> large, string name)
    {
        Span<long> numbers =
        [
            BinaryPrimitives.ReadUInt32LittleEndian(header[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[20..]),
            BinaryPrimitives.ReadUInt32LittleEndian(header[42..]),
        ];
        foreach (ref var number in numbers)
        {
            if (number != uint.MaxValue)
            {
                continue;
            }

            number = large.Length < 8 ? -1 : BinaryPrimitives.ReadInt64LittleEndian(large);
            if (number < 0)
            {
                throw Refusal(name, "its zip64 numbers are damaged");
            }

            large = large[8..];
        }

        return (numbers[0], numbers[1], numbers[2]);
    }

    private void CheckLengths(string name, bool isFolder, int method, long length, long compressed)
    {
        if (compressed > fileLength || (method == Stored && compressed != length) || (isFolder && length > 0))
        {
            throw Refusal(name, "its lengths cannot be true");
        }

        if (method == Deflated && length / ZipLimits.DeflateRatio > compressed)
        {
            throw Refusal(name, $"its {compressed} bytes claim to hold {length}");
        }

        _content += Math.Min(length, ZipLimits.LargestContent);
    }

    private static ZipFormatException Refusal(string name, string problem) => new($"{ZipEntryName.Show(name)}: {problem}");

    private static int Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
}

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
    private const int MaxCommentLength = ushort.MaxValue;

    /// <exception cref="ZipFormatException">There is none, or it is not to be trusted.</exception>
    public static ZipEnd Read(SafeFileHandle file, long fileLength)
    {
        var tail = new byte[(int)Math.Min(fileLength, EndLength + MaxCommentLength + LocatorLength)];
        ZipBytes.Read(file, fileLength - tail.Length, tail);
        var at = tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || at + EndLength > tail.Length)
        {
            throw new ZipFormatException("it is not a zip file, or was cut off");
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

/// <summary>What a wheel may claim: far more than any real one has, and little enough to be refused at once.</summary>
internal static class ZipLimits
{
    /// <summary>Members; the largest wheels have some thirty thousand.</summary>
    public const int MaxEntries = 200_000;

    /// <summary>Bytes of the central directory, which is held in memory while it is read.</summary>
    public const long MaxDirectoryLength = 64L << 20;

    /// <summary>Bytes of all members together.</summary>
    public const long LargestContent = 64L << 30;

    /// <summary>From here on, what a file claims is compared with what it has.</summary>
    public const long SuspiciousContent = 1L << 30;

    /// <summary>A whole wheel of more than that times its size is a bomb; compiled code and tables have ten.</summary>
    public const long LargestRatio = 200;

    /// <summary>Deflate cannot do better: 258 bytes take two bits (RFC 1951, 3.2.5; zlib's technical details).</summary>
    public const long DeflateRatio = 1032;
}
