using System.Collections.Immutable;
using System.IO.Compression;
using Firn.Common.Files;
using Microsoft.Win32.SafeHandles;

namespace Firn.Common.Zip;

/// <summary>
/// A zip file whose every member was looked at, and whose bytes all belong to one of them. .NET's own reader takes the
/// central directory at its word, and hides its flags, modes and offsets.
/// </summary>
internal sealed class StrictZipFile : IDisposable
{
    private readonly SafeFileHandle _file;

    private StrictZipFile(SafeFileHandle file, ImmutableArray<ZipEntry> entries)
    {
        _file = file;
        Entries = entries;
    }

    /// <summary>In the order of the directory, each path once.</summary>
    public ImmutableArray<ZipEntry> Entries { get; }

    /// <exception cref="ZipFormatException">It is not a zip file that can be trusted.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StrictZipFile Open(string path, CancellationToken cancellation)
    {
        var file = BoundedFile.Open(path, out var status)
            ?? throw new IOException(new FileContent(status, [], 0).Reason);
        try
        {
            return new StrictZipFile(file, [.. Read(file, cancellation)]);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Starts to read a member; several threads may read at once.</summary>
    public Stream OpenContent(ZipEntry entry)
    {
        var data = new ZipMemberStream(_file, entry.DataOffset, entry.CompressedLength);
        return entry.IsDeflated ? new DeflateStream(data, CompressionMode.Decompress) : data;
    }

    /// <summary>The whole of a small member, whose length and checksum are right.</summary>
    /// <exception cref="ZipFormatException">They are not, or it is larger than the limit.</exception>
    public byte[] ReadAll(ZipEntry entry, int limit)
    {
        if (entry.Length > limit)
        {
            throw new ZipFormatException($"{ZipEntryName.Show(entry.Path)}: it has {entry.Length} bytes, more than {limit}");
        }

        var bytes = new byte[entry.Length + 1];
        var length = ReadStart(entry, bytes);
        var crc = new Crc32();
        crc.Append(bytes.AsSpan(0, length));
        return length == entry.Length && crc.Value == entry.Crc
            ? bytes[..length]
            : throw new ZipFormatException($"{ZipEntryName.Show(entry.Path)}: its bytes are damaged");
    }

    /// <summary>Reads the first bytes of a member; nothing is compared.</summary>
    /// <exception cref="ZipFormatException">They cannot be decompressed.</exception>
    public int ReadStart(ZipEntry entry, Span<byte> bytes)
    {
        try
        {
            using var content = OpenContent(entry);
            return content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException exception)
        {
            throw new ZipFormatException($"{ZipEntryName.Show(entry.Path)}: its bytes are damaged", exception);
        }
    }

    public void Dispose() => _file.Dispose();

    private static List<ZipEntry> Read(SafeFileHandle file, CancellationToken cancellation)
    {
        var length = RandomAccess.GetLength(file);
        var end = ZipEnd.Read(file, length);
        if (end.Entries > ZipLimits.MaxEntries || end.Length > ZipLimits.MaxDirectoryLength)
        {
            throw new ZipFormatException($"it has {end.Entries} members, more than any wheel");
        }

        // No header is shorter, so that a wrong number costs no memory.
        if (end.Entries > end.Length / 46)
        {
            throw new ZipFormatException($"its end says {end.Entries} members, more than its directory has room for");
        }

        var directory = new byte[end.Length];
        ZipBytes.Read(file, end.Offset, directory);
        var entries = new ZipDirectoryReader(length).Read(directory, end.Entries, cancellation);
        new ZipLocalHeaders(file).Check(entries, end.Offset, cancellation);
        return entries;
    }
}

/// <summary>The bytes of one member as they lie in the file.</summary>
internal sealed class ZipMemberStream(SafeFileHandle file, long offset, long length) : ForwardReadStream
{
    private long _offset = offset;
    private long _left = length;

    public override int Read(Span<byte> buffer)
    {
        if (_left == 0 || buffer.IsEmpty)
        {
            return 0;
        }

        var count = RandomAccess.Read(file, buffer.Length > _left ? buffer[..(int)_left] : buffer, _offset);
        _offset += count;
        _left -= count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
}

/// <summary>Reads whole pieces of a file; several threads may at once.</summary>
internal static class ZipBytes
{
    /// <exception cref="ZipFormatException">The file is shorter.</exception>
    public static void Read(SafeFileHandle file, long offset, Span<byte> bytes)
    {
        if (ReadUpTo(file, offset, bytes) < bytes.Length)
        {
            throw new ZipFormatException("it was cut off");
        }
    }

    public static int ReadUpTo(SafeFileHandle file, long offset, Span<byte> bytes)
    {
        var length = 0;
        while (length < bytes.Length)
        {
            var count = RandomAccess.Read(file, bytes[length..], offset + length);
            if (count == 0)
            {
                break;
            }

            length += count;
        }

        return length;
    }
}

/// <summary>Bytes that are not a zip file that a wheel may be. The message names the member and what is wrong with it.</summary>
internal sealed class ZipFormatException(string message, Exception? innerException = null)
    : Exception(message, innerException);
