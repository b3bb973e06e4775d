using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Firn.Host.Binaries;

/// <summary>
/// A window on a file: one read of 8 KiB serves most of an ELF file's tables. A read beyond the end gives fewer bytes,
/// never an exception. One window is used for many files, one after the other.
/// </summary>
internal sealed class FileWindow
{
    /// <summary>The most bytes that can be seen at once, and so the longest string.</summary>
    public const int Size = 8 * 1024;

    private readonly byte[] _buffer = new byte[Size];
    private SafeFileHandle? _handle;
    private Stream? _stream;
    private long _start;
    private int _length;

    public bool IsLittleEndian { get; set; } = true;

    public void Show(SafeFileHandle handle) => Reset(handle, null);

    public void Show(Stream stream) => Reset(null, stream);

    /// <summary>Up to <paramref name="count"/> bytes at the offset; fewer where the file ends. Valid until the next call.</summary>
    public ReadOnlySpan<byte> At(ulong offset, int count)
    {
        if (offset > long.MaxValue - Size)
        {
            return [];
        }

        var position = (long)offset;
        if (position < _start || position + count > _start + _length)
        {
            Fill(position);
        }

        var available = (int)Math.Min(count, _start + _length - position);
        return _buffer.AsSpan((int)(position - _start), available);
    }

    /// <summary>The text up to its NUL; <see langword="null"/> where none follows within <see cref="Size"/> bytes.</summary>
    public string? Text(ulong offset)
    {
        var end = -1;
        var bytes = ReadOnlySpan<byte>.Empty;
        if (offset < long.MaxValue - Size && (long)offset >= _start && (long)offset < _start + _length)
        {
            bytes = At(offset, (int)(_start + _length - (long)offset));
            end = bytes.IndexOf((byte)0);
        }

        if (end < 0)
        {
            bytes = At(offset, Size);
            end = bytes.IndexOf((byte)0);
        }

        return end < 0 ? null : Encoding.UTF8.GetString(bytes[..end]);
    }

    public ushort Half(ReadOnlySpan<byte> bytes, int at) => IsLittleEndian
        ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..])
        : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

    public uint Word(ReadOnlySpan<byte> bytes, int at) => IsLittleEndian
        ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..])
        : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    /// <summary>An address or an offset, of the file's class.</summary>
    public ulong Native(ReadOnlySpan<byte> bytes, int at, bool is64Bit)
    {
        if (!is64Bit)
        {
            return Word(bytes, at);
        }

        return IsLittleEndian
            ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..])
            : BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]);
    }

    private void Reset(SafeFileHandle? handle, Stream? stream)
    {
        _handle = handle;
        _stream = stream;
        _start = 0;
        _length = 0;
    }

    private void Fill(long position)
    {
        _start = position;
        _length = 0;
        while (_length < Size)
        {
            var read = ReadAt(position + _length, _buffer.AsSpan(_length));
            if (read == 0)
            {
                return;
            }

            _length += read;
        }
    }

    private int ReadAt(long position, Span<byte> target)
    {
        if (_handle is not null)
        {
            return RandomAccess.Read(_handle, target, position);
        }

        if (_stream is null || position >= _stream.Length)
        {
            return 0;
        }

        _stream.Position = position;
        return _stream.Read(target);
    }
}
