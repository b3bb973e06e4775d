namespace Firn.Python;

/// <summary>Walks over the headers of a block, each with its further lines (CPython: email/feedparser.py _parse_headers).</summary>
internal ref struct HeaderLines(ReadOnlySpan<byte> block)
{
    private readonly ReadOnlySpan<byte> _block = block;
    private int _at;

    /// <summary>The header's name.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The header's value: blanks before it are left out, blanks after it are not, line ends inside it are kept.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next header.</summary>
    public bool MoveNext()
    {
        while (_at < _block.Length)
        {
            var start = _at;
            _at += HeaderBlock.LineLength(_block[_at..]);
            var first = _block[start.._at];
            if (first[0] is (byte)' ' or (byte)'\t' || first.StartsWith("From "u8))
            {
                continue;
            }

            var colon = first.IndexOf((byte)':');
            if (colon <= 0)
            {
                continue;
            }

            SkipFurtherLines();
            Name = first[..colon];
            Value = Trim(_block[(start + colon + 1).._at]);
            return true;
        }

        return false;
    }

    /// <summary>Blanks before the value and the line's end behind it.</summary>
    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value)
    {
        var start = 0;
        while (start < value.Length && value[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }

        var end = value.Length;
        while (end > start && value[end - 1] is (byte)'\r' or (byte)'\n')
        {
            end--;
        }

        return value[start..end];
    }

    private void SkipFurtherLines()
    {
        while (_at < _block.Length && _block[_at] is (byte)' ' or (byte)'\t')
        {
            _at += HeaderBlock.LineLength(_block[_at..]);
        }
    }
}
