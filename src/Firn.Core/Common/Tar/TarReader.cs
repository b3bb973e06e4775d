using System.Text;
using System.Text.Unicode;

namespace Firn.Common.Tar;

/// <summary>
/// Reads a canonical tar as a stream, forwards, in bounded memory, and refuses every other: nothing that it hands out has
/// an absolute path or one that climbs, stands there twice or out of order, or lies below another member.
/// </summary>
/// <param name="source">The bytes; at their end nothing may follow the tar.</param>
/// <param name="buffer">Memory for the reader alone, at least four blocks.</param>
internal sealed class TarReader(Stream source, byte[] buffer)
{
    private readonly TarHeaderReader _headers = new();
    private readonly TarPathOrder _order = new();
    private TarEntry? _current;
    private int _start;
    private int _end;
    private long _members;
    private long _left;
    private int _padding;
    private bool _isAtEnd;

    /// <summary>The member that <see cref="MoveNext"/> came to.</summary>
    public TarEntry Current => _current ?? throw new InvalidOperationException("there is no member before the first MoveNext");

    /// <summary>Goes to the next member; what was not read of the last one is passed over.</summary>
    /// <returns>Whether there is one. <see langword="false"/> only where the tar ended as it must.</returns>
    /// <exception cref="TarFormatException">The bytes are not canonical tar.</exception>
    public bool MoveNext()
    {
        if (_isAtEnd)
        {
            return false;
        }

        while (_left > 0)
        {
            ReadPiece();
        }

        SkipPadding();
        var where = $"member {++_members}";
        var block = Take(TarHeader.BlockSize, where);
        if (!block.ContainsAnyExcept((byte)0))
        {
            RequireEnd();
            return false;
        }

        ReadOnlySpan<byte> pax = [];
        if (_headers.IsPax(block, where, out var length))
        {
            pax = TakePax(length, where);
            block = Take(TarHeader.BlockSize, where);
            if (_headers.IsPax(block, where, out _))
            {
                throw new TarFormatException($"{where}: two pax headers");
            }
        }

        _current = _headers.Read(block, pax, where);
        if (_order.Next(_current.Path) is { } problem)
        {
            throw new TarFormatException($"{_current.Path}: {problem}");
        }

        _left = _current.Size;
        _padding = (int)(TarHeader.Padded(_left) - _left);
        return true;
    }

    /// <summary>Reads from the content of the current member.</summary>
    /// <returns>How many bytes; 0 at the content's end.</returns>
    public int Read(Span<byte> destination)
    {
        if (_left == 0 || destination.Length == 0)
        {
            return 0;
        }

        FillForContent();
        var count = (int)Math.Min(Math.Min(_left, _end - _start), destination.Length);
        buffer.AsSpan(_start, count).CopyTo(destination);
        Consume(count);
        return count;
    }

    /// <summary>
    /// The next piece of the content as it lies in the reader's memory, valid until the next call; empty at the end. The
    /// caller may change it.
    /// </summary>
    public Span<byte> ReadPiece()
    {
        if (_left == 0)
        {
            return [];
        }

        FillForContent();
        var count = (int)Math.Min(_left, _end - _start);
        var piece = buffer.AsSpan(_start, count);
        Consume(count);
        return piece;
    }

    private void Consume(int count)
    {
        _start += count;
        _left -= count;
    }

    private void FillForContent()
    {
        if (_start < _end)
        {
            return;
        }

        _start = 0;
        _end = source.Read(buffer);
        if (_end == 0)
        {
            throw Truncated(Current.Path);
        }
    }

    private void SkipPadding()
    {
        if (_padding > 0 && Take(_padding, Current.Path).ContainsAnyExcept((byte)0))
        {
            throw new TarFormatException($"{Current.Path}: bytes in the gap behind its content");
        }

        _padding = 0;
    }

    /// <summary>A pax header may be longer than the buffer, so it is copied.</summary>
    private byte[] TakePax(int length, string where)
    {
        var pax = new byte[length];
        var taken = 0;
        while (taken < length)
        {
            var piece = Take(Math.Min(length - taken, TarHeader.BlockSize), where);
            piece.CopyTo(pax.AsSpan(taken));
            taken += piece.Length;
        }

        var padding = (int)(TarHeader.Padded(length) - length);
        return padding == 0 || !Take(padding, where).ContainsAnyExcept((byte)0)
            ? pax
            : throw new TarFormatException($"{where}: bytes in the gap behind its pax header");
    }

    /// <summary>The next bytes, all of them, at most a block.</summary>
    private ReadOnlySpan<byte> Take(int count, string where)
    {
        if (_end - _start < count)
        {
            var rest = _end - _start;
            buffer.AsSpan(_start, rest).CopyTo(buffer);
            _start = 0;
            _end = rest;
            while (_end < count)
            {
                var read = source.Read(buffer.AsSpan(_end));
                if (read == 0)
                {
                    throw Truncated(where);
                }

                _end += read;
            }
        }

        var taken = buffer.AsSpan(_start, count);
        _start += count;
        return taken;
    }

    /// <summary>Behind the first block of zeros there must be a second, and nothing else.</summary>
    private void RequireEnd()
    {
        if (Take(TarHeader.BlockSize, "the end").ContainsAnyExcept((byte)0))
        {
            throw new TarFormatException("the end: one block of zeros instead of two");
        }

        if (_start < _end || source.Read(buffer) > 0)
        {
            throw new TarFormatException("the end: bytes behind the two blocks of zeros");
        }

        _isAtEnd = true;
    }

    private static TarFormatException Truncated(string where) => new($"{where}: the archive ends there, too early");
}

/// <summary>
/// Reads headers that <see cref="TarHeader"/> wrote. Whatever is read is written again and compared: there is one way to
/// write a member, and any other bytes are refused.
/// </summary>
internal sealed class TarHeaderReader
{
    private readonly byte[] _expected = new byte[TarHeader.BlockSize];

    /// <summary>Whether the block starts a pax header; its length in bytes then.</summary>
    /// <exception cref="TarFormatException">It does, and it is damaged or too long.</exception>
    public bool IsPax(ReadOnlySpan<byte> block, string where, out int length)
    {
        CheckSum(block, where);
        length = 0;
        if (block[TarHeader.TypeOffset] != TarHeader.PaxType)
        {
            return false;
        }

        var size = ReadSize(block, where);
        if (size is < 1 or > TarHeader.MaximumPaxLength)
        {
            throw new TarFormatException($"{where}: a pax header of {size} bytes");
        }

        length = (int)size;
        TarHeader.WritePax(_expected, length);
        RequireCanonical(block, where);
        return true;
    }

    /// <summary>Reads the block of the member itself.</summary>
    /// <param name="block">Its 512 bytes, not all zero.</param>
    /// <param name="pax">The records of the pax header before it; empty where there is none.</param>
    /// <param name="where">What to call the member while its name is not known.</param>
    public TarEntry Read(ReadOnlySpan<byte> block, ReadOnlySpan<byte> pax, string where)
    {
        var kind = block[TarHeader.TypeOffset] switch
        {
            (byte)'0' => TarEntryKind.File,
            (byte)'2' => TarEntryKind.Link,
            (byte)'5' => TarEntryKind.Directory,
            _ => throw new TarFormatException(
                $"{where} ({NameOf(block)}): type {TypeText(block[TarHeader.TypeOffset])}, neither file, link nor folder"),
        };
        var records = ReadRecords(pax, where);
        var path = Take(records, "path") ?? Text(Field(block[..TarHeader.NameLength]), where);
        var field = Field(block.Slice(TarHeader.LinkOffset, TarHeader.NameLength));
        var target = Take(records, "linkpath") ?? (kind == TarEntryKind.Link ? Text(field, where) : null);
        var size = Take(records, "size") is { } text ? ParseSize(text, where) : ReadSize(block, where);
        var entry = new TarEntry
        {
            Path = path,
            Kind = kind,
            IsExecutable = kind == TarEntryKind.File && block[TarHeader.ModeOffset + 4] == (byte)'7',
            LinkTarget = target,
            Size = size,
            Records = records.Count == 0 ? [] : [.. records],
        };
        Check(entry, block, pax);
        return entry;
    }

    private void Check(TarEntry entry, ReadOnlySpan<byte> block, ReadOnlySpan<byte> pax)
    {
        var problem = TarPath.FindProblem(entry.Path)
            ?? (entry.LinkTarget is { } target ? TarPath.FindTargetProblem(target) : null)
            ?? (entry.Size > 0 && entry.Kind != TarEntryKind.File ? "it has a content and is not a file" : null);
        if (problem is not null)
        {
            throw new TarFormatException($"{entry.Path}: {problem}");
        }

        TarHeader.Write(_expected, entry);
        RequireCanonical(block, entry.Path);
        if (!TarHeader.ComposePax(entry).AsSpan().SequenceEqual(pax))
        {
            throw new TarFormatException($"{entry.Path}: its pax header is not in canonical form");
        }
    }

    private void RequireCanonical(ReadOnlySpan<byte> block, string where)
    {
        if (!block.SequenceEqual(_expected))
        {
            throw new TarFormatException($"{where}: its header is not in canonical form (mode, owner, time or an unused field)");
        }
    }

    private static void CheckSum(ReadOnlySpan<byte> block, string where)
    {
        if (ReadOctal(block.Slice(TarHeader.ChecksumOffset, 6)) != TarHeader.Sum(block))
        {
            throw new TarFormatException($"{where}: the checksum of its header is wrong");
        }
    }

    private static long ReadSize(ReadOnlySpan<byte> block, string where) =>
        ReadOctal(block.Slice(TarHeader.SizeOffset, 11)) is >= 0 and var size
            ? size
            : throw new TarFormatException($"{where}: its size is not an octal number");

    private static long ReadOctal(ReadOnlySpan<byte> digits)
    {
        var value = 0L;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return -1;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    private static long ParseSize(string text, string where) =>
        long.TryParse(text, out var size) && size >= 0 && size <= long.MaxValue / 2
            ? size
            : throw new TarFormatException($"{where}: its size is not a number");

    /// <summary>The records in their order. LENGTH is checked by writing them again.</summary>
    private static List<PaxRecord> ReadRecords(ReadOnlySpan<byte> pax, string where)
    {
        var records = new List<PaxRecord>();
        while (pax.Length > 0)
        {
            var blank = pax.IndexOf((byte)' ');
            if (blank is < 1 or > 7 || !int.TryParse(pax[..blank], out var length) || length <= blank + 1 || length > pax.Length)
            {
                throw new TarFormatException($"{where}: a record of its pax header has no valid length");
            }

            var record = pax[(blank + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1 || pax[length - 1] != '\n' || record.Contains((byte)0))
            {
                throw new TarFormatException($"{where}: a record of its pax header is damaged");
            }

            records.Add(new PaxRecord(Text(record[..equals], where), Text(record[(equals + 1)..], where)));
            pax = pax[length..];
        }

        return records;
    }

    private static string? Take(List<PaxRecord> records, string keyword)
    {
        for (var i = 0; i < records.Count; i++)
        {
            if (records[i].Keyword == keyword)
            {
                var value = records[i].Value;
                records.RemoveAt(i);
                return value;
            }
        }

        return null;
    }

    private static string Text(ReadOnlySpan<byte> bytes, string where) => Utf8.IsValid(bytes)
        ? Encoding.UTF8.GetString(bytes)
        : throw new TarFormatException($"{where} ({Encoding.UTF8.GetString(bytes)}): its name is not UTF-8");

    private static string NameOf(ReadOnlySpan<byte> block) => Encoding.UTF8.GetString(Field(block[..TarHeader.NameLength]));

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    private static string TypeText(byte type) => type is > (byte)' ' and < 0x7F ? $"`{(char)type}`" : $"{type}";
}
