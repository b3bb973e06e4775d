using System.Buffers.Binary;
using System.Text;
using Firn.Common.Files;
using Microsoft.Win32.SafeHandles;

namespace Firn.Common.Sqlite;

/// <summary>
/// Reads the rows of a table of an SQLite 3 database from its pages (sqlite.org/fileformat2.html), in the order of their
/// numbers. Nothing is locked or written, and what a program has not yet moved from its <c>-wal</c> file is not seen. The
/// file may be hostile: no page is looked at more often than there are pages, and rows hold no more bytes than the file.
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    private const int HeaderLength = 100;

    /// <summary>Pages that follow one another are read many at a time, others not.</summary>
    private const int WindowLength = 256 * 1024;
    private readonly SafeFileHandle _handle;
    private readonly long _length;
    private byte[] _window = [];
    private long _windowStart;
    private int _windowLength;

    private SqliteFile(SafeFileHandle handle, long length, int pageSize, int usedSize)
    {
        _handle = handle;
        _length = length;
        PageSize = pageSize;
        UsedSize = usedSize;
    }

    public int PageSize { get; }

    /// <summary>How much of a page is in use; the rest is for extensions.</summary>
    public int UsedSize { get; }

    public long PageCount => _length / PageSize;

    /// <summary>The most that all rows together can hold.</summary>
    public long Length => _length;

    /// <summary>Opens a database; <see langword="null"/> where the file is none, or cannot be read.</summary>
    public static SqliteFile? Open(string path)
    {
        var handle = BoundedFile.Open(path, out _);
        if (handle is null)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        try
        {
            var isWhole = RandomAccess.Read(handle, header, 0) == HeaderLength;
            int pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
            pageSize = pageSize == 1 ? 65536 : pageSize;
            var usedSize = pageSize - header[20];
            const int utf8 = 1;
            if (isWhole && header.StartsWith("SQLite format 3\0"u8) && pageSize >= 512 && int.IsPow2(pageSize) && usedSize >= 480
                && BinaryPrimitives.ReadInt32BigEndian(header[56..]) == utf8)
            {
                return new SqliteFile(handle, RandomAccess.GetLength(handle), pageSize, usedSize);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // No database then.
        }

        handle.Dispose();
        return null;
    }

    /// <summary>The rows of a table; none where there is no such table.</summary>
    public SqliteRows RowsOf(string table)
    {
        var name = Encoding.UTF8.GetBytes(table);
        var schema = new SqliteRows(this, 1);
        while (schema.MoveNext())
        {
            if (schema.Column(0).SequenceEqual("table"u8) && schema.Column(1).SequenceEqual(name))
            {
                var root = schema.Column(3);
                var number = 0L;
                foreach (var b in root.Length > 4 ? [] : root)
                {
                    number = (number << 8) | b;
                }

                return new SqliteRows(this, number);
            }
        }

        return new SqliteRows(this, 0);
    }

    /// <summary>A page, valid until the next call; empty where the file has no such page.</summary>
    /// <param name="number">Counted from 1.</param>
    public ReadOnlySpan<byte> Page(long number)
    {
        if (number < 1 || number > PageCount)
        {
            return [];
        }

        var start = (number - 1) * PageSize;
        if (start < _windowStart || start + PageSize > _windowStart + _windowLength)
        {
            _window = _window.Length > 0 ? _window : new byte[WindowLength];
            var isNext = start == _windowStart + _windowLength;
            _windowStart = start;
            try
            {
                _windowLength = RandomAccess.Read(_handle, _window.AsSpan(0, isNext ? WindowLength : PageSize), start);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _windowLength = 0;
            }
        }

        return start + PageSize > _windowStart + _windowLength ? [] : _window.AsSpan((int)(start - _windowStart), PageSize);
    }

    /// <summary>Bytes of a page before the header of its tree: those of the file on the first one.</summary>
    public static int HeaderStart(long number) => number == 1 ? HeaderLength : 0;

    public void Dispose() => _handle.Dispose();
}

/// <summary>The rows of one table, each valid until the next. Damage ends them.</summary>
internal sealed class SqliteRows(SqliteFile file, long root)
{
    private const byte Interior = 5;
    private const byte Leaf = 13;
    private const int MaxRowBytes = 64 << 20;
    private readonly Stack<long> _pages = new([root]);
    private readonly byte[] _leaf = new byte[file.PageSize];
    private byte[] _row = [];
    private int _rowLength;
    private long _pagesLeft = file.PageCount;
    private long _bytesLeft = file.Length;
    private int _cell;
    private int _cells;
    private int _cellPointers;

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        while (_cell >= _cells)
        {
            if (!_pages.TryPop(out var page) || _pagesLeft-- == 0 || !Enter(page))
            {
                _pages.Clear();
                return false;
            }
        }

        var pointer = _cellPointers + (2 * _cell++);
        if (pointer + 2 <= _leaf.Length && ReadRow(BinaryPrimitives.ReadUInt16BigEndian(_leaf.AsSpan(pointer))))
        {
            return true;
        }

        _cells = 0;
        _pages.Clear();
        return false;
    }

    /// <summary>The bytes of a column of the current row: of text or a blob as they are, of a number big-endian; empty where there is none.</summary>
    public ReadOnlySpan<byte> Column(int wanted)
    {
        ReadOnlySpan<byte> row = _row.AsSpan(0, _rowLength);
        var at = ReadNumber(row, 0, out var headerLength);
        if (at == 0 || headerLength > row.Length)
        {
            return [];
        }

        var value = headerLength;
        for (var column = 0; at < headerLength; column++)
        {
            var length = ReadNumber(row[..(int)headerLength], at, out var type);
            var size = type switch
            {
                < 0 or 10 or 11 => -1,
                <= 4 => type,
                5 => 6,
                6 or 7 => 8,
                8 or 9 => 0,
                _ => (type - 12) / 2,
            };
            if (length == 0 || size < 0 || size > row.Length - value)
            {
                return [];
            }

            if (column == wanted)
            {
                return row.Slice((int)value, (int)size);
            }

            at += length;
            value += size;
        }

        return [];
    }

    /// <summary>Takes a leaf's cells, or puts the children of an interior page on the stack.</summary>
    private bool Enter(long number)
    {
        var page = file.Page(number);
        var header = SqliteFile.HeaderStart(number);
        if (page.IsEmpty || page[header] is not (Interior or Leaf))
        {
            return false;
        }

        int cells = BinaryPrimitives.ReadUInt16BigEndian(page[(header + 3)..]);
        if (page[header] == Leaf)
        {
            page.CopyTo(_leaf);
            (_cell, _cells, _cellPointers) = (0, cells, header + 8);
            return true;
        }

        var pointers = header + 12;
        if (pointers + (2 * cells) > page.Length || _pages.Count + cells >= file.PageCount)
        {
            return false;
        }

        _pages.Push(BinaryPrimitives.ReadUInt32BigEndian(page[(header + 8)..]));
        for (var i = cells - 1; i >= 0; i--)
        {
            int cell = BinaryPrimitives.ReadUInt16BigEndian(page[(pointers + (2 * i))..]);
            if (cell + 4 > page.Length)
            {
                return false;
            }

            _pages.Push(BinaryPrimitives.ReadUInt32BigEndian(page[cell..]));
        }

        return true;
    }

    /// <summary>Puts a row together from its cell and the pages that it goes on in.</summary>
    private bool ReadRow(int cell)
    {
        var length = ReadNumber(_leaf, cell, out var size);
        var numberLength = length == 0 ? 0 : ReadNumber(_leaf, cell + length, out _);
        if (numberLength == 0 || size < 0 || size > _bytesLeft || size > MaxRowBytes)
        {
            return false;
        }

        _bytesLeft -= size;
        _rowLength = (int)size;
        if (_row.Length < _rowLength)
        {
            _row = new byte[Math.Max(_rowLength, 2 * _row.Length)];
        }

        var start = cell + length + numberLength;
        var local = LocalLength((int)size);
        if (start + local + (local < size ? 4 : 0) > _leaf.Length)
        {
            return false;
        }

        _leaf.AsSpan(start, local).CopyTo(_row);
        long next = local < size ? BinaryPrimitives.ReadUInt32BigEndian(_leaf.AsSpan(start + local)) : 0;
        for (var made = local; made < _rowLength;)
        {
            var page = file.Page(next);
            if (page.IsEmpty)
            {
                return false;
            }

            next = BinaryPrimitives.ReadUInt32BigEndian(page);
            var piece = page[4..file.UsedSize];
            piece = piece[..Math.Min(piece.Length, _rowLength - made)];
            piece.CopyTo(_row.AsSpan(made));
            made += piece.Length;
        }

        return true;
    }

    /// <summary>How much of a row stands in its cell (section 1.6 of the format).</summary>
    private int LocalLength(int size)
    {
        var most = file.UsedSize - 35;
        if (size <= most)
        {
            return size;
        }

        var least = ((file.UsedSize - 12) * 32 / 255) - 23;
        var fitting = least + ((size - least) % (file.UsedSize - 4));
        return fitting <= most ? fitting : least;
    }

    /// <summary>Reads a number of one to nine bytes.</summary>
    /// <returns>How many; 0 where the bytes end.</returns>
    private static int ReadNumber(ReadOnlySpan<byte> bytes, long at, out long number)
    {
        number = 0;
        for (var i = 0; i < 9 && at + i < bytes.Length; i++)
        {
            var b = bytes[(int)at + i];
            number = i == 8 ? (number << 8) | b : (number << 7) | (uint)(b & 0x7F);
            if (b < 0x80 || i == 8)
            {
                return i + 1;
            }
        }

        return 0;
    }
}
