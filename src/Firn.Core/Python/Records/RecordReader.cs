namespace Firn.Python.Records;

/// <summary>
/// Reads the rows of a RECORD file: CSV with the default dialect of Python's <c>csv</c> module, three columns (path,
/// hash, size), the last two possibly empty or missing (Binary distribution format specification, "The .dist-info
/// directory"). An environment has tens of thousands of rows: no object is made for any of them.
/// </summary>
/// <param name="record">The bytes of the file; quoted fields are unquoted in place.</param>
internal ref struct RecordReader(Span<byte> record)
{
    private readonly Span<byte> _record = record;
    private int _position = record.StartsWith("\ufeff"u8) ? 3 : 0;

    /// <summary>The row's path; never empty.</summary>
    public ReadOnlySpan<byte> Path { get; private set; }

    /// <summary><c>ALGORITHM=DIGEST</c>, empty where the row has no hash.</summary>
    public ReadOnlySpan<byte> Hash { get; private set; }

    /// <summary>The size in bytes; -1 where the row gives none.</summary>
    public long Size { get; private set; }

    /// <summary>Steps to the next row with a path.</summary>
    public bool MoveNext()
    {
        while (_position < _record.Length)
        {
            Path = Field(out var more);
            Hash = more ? Field(out more) : default;
            Size = more ? Number(out more) : -1;
            while (more)
            {
                _ = Field(out more);
            }

            if (!Path.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The size is nearly always a few plain digits up to the line's end, which need no search.</summary>
    private long Number(out bool more)
    {
        var start = _position;
        long number = 0;
        while (_position < _record.Length && char.IsAsciiDigit((char)_record[_position]) && _position - start < 18)
        {
            number = (10 * number) + _record[_position++] - '0';
        }

        var hasDigits = _position > start;
        if (_position == _record.Length || _record[_position] is (byte)'\n' or (byte)'\r' or (byte)',')
        {
            more = Separator();
            return hasDigits ? number : -1;
        }

        _position = start;
        var text = Field(out more);
        return long.TryParse(text, out number) && number >= 0 ? number : -1;
    }

    /// <summary>Reads a field and steps over the separator behind it; <paramref name="more"/> says that it was a comma.</summary>
    private ReadOnlySpan<byte> Field(out bool more)
    {
        if (_position < _record.Length && _record[_position] == (byte)'"')
        {
            return QuotedField(out more);
        }

        var rest = _record[_position..];
        var length = rest.IndexOfAny((byte)',', (byte)'\n', (byte)'\r');
        length = length < 0 ? rest.Length : length;
        _position += length;
        more = Separator();
        return rest[..length];
    }

    private ReadOnlySpan<byte> QuotedField(out bool more)
    {
        var start = ++_position;
        var end = start;
        while (_position < _record.Length)
        {
            var c = _record[_position++];
            if (c == (byte)'"')
            {
                if (_position >= _record.Length || _record[_position] != (byte)'"')
                {
                    break;
                }

                _position++;
            }

            _record[end++] = c;
        }

        // csv appends what follows the closing quote to the field; here it can only be damage, and it is dropped.
        var rest = _record[_position..].IndexOfAny((byte)',', (byte)'\n', (byte)'\r');
        _position = rest < 0 ? _record.Length : _position + rest;
        more = Separator();
        return _record[start..end];
    }

    private bool Separator()
    {
        if (_position >= _record.Length)
        {
            return false;
        }

        var c = _record[_position++];
        if (c == (byte)'\r' && _position < _record.Length && _record[_position] == (byte)'\n')
        {
            _position++;
        }

        return c == (byte)',';
    }
}
