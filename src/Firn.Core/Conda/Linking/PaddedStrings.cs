namespace Firn.Conda.Linking;

/// <summary>Tells the prefixes in a binary file to the strings they lie in, one after the other.</summary>
internal sealed class PaddedStrings(ByteSource installed, PrefixSpelling spelling)
{
    private readonly int _shrink = Math.Max(0, spelling.Original.Length - spelling.Installed.Length);
    private PaddedString? _last;

    /// <summary>The string around an offset; offsets are asked for in order.</summary>
    /// <param name="offset">Where a prefix starts.</param>
    /// <param name="offsets">Where all of them start, in order.</param>
    public PaddedString At(long offset, List<long> offsets)
    {
        if (_last is null || offset >= _last.Terminator)
        {
            var terminator = ByteSearch.FindZeros(installed, offset + spelling.Installed.Length, spelling.Width);
            if (terminator == installed.Length)
            {
                // A last NUL of fewer bytes than the encoding's own is padding, and none is what rattler takes for one.
                terminator -= TrailingZeros();
            }

            _last = new PaddedString(terminator, _shrink, RoomAt(terminator, CountBefore(offset, terminator, offsets)));
        }

        return _last;
    }

    /// <summary>
    /// conda leaves the NUL that ended the string before the padding; at the end of the file rattler needs none
    /// (prefix_replacement/binary.rs <c>find_cstring_patches</c>), so there the padding may be all.
    /// </summary>
    private int RoomAt(long terminator, int count)
    {
        if (_shrink == 0)
        {
            return count;
        }

        var needed = ((long)count * _shrink) + spelling.Width;
        var zeros = ByteSearch.CountZeros(installed, terminator, needed);
        var padding = terminator + zeros == installed.Length ? zeros : zeros - spelling.Width;
        return (int)Math.Clamp(padding / _shrink, 0, count);
    }

    private long TrailingZeros()
    {
        Span<byte> end = stackalloc byte[spelling.Width - 1];
        if (installed.Length < end.Length)
        {
            return 0;
        }

        installed.Read(installed.Length - end.Length, end);
        var other = end.LastIndexOfAnyExcept((byte)0);
        return end.Length - 1 - other;
    }

    private static int CountBefore(long offset, long terminator, List<long> offsets)
    {
        var index = offsets.BinarySearch(offset);
        var count = 0;
        while (index + count < offsets.Count && offsets[index + count] < terminator)
        {
            count++;
        }

        return count;
    }
}
