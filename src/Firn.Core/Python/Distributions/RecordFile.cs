using System.Buffers.Text;

namespace Firn.Python.Distributions;

/// <summary>
/// Reads RECORD files: CSV with the default dialect of Python's <c>csv</c> module, three columns (path, hash, size),
/// the last two possibly empty or missing (Binary distribution format specification, "The .dist-info directory").
/// </summary>
internal static class RecordFile
{
    /// <summary>
    /// Finds the rows in the bytes of a RECORD. Quoted fields are unquoted in place, which is why the bytes must be
    /// writable: an environment has tens of thousands of rows and no string is made for any of them.
    /// </summary>
    /// <returns>The rows in the order of the file; rows with an empty path are left out.</returns>
    public static List<RecordRow> Parse(Span<byte> record)
    {
        var rows = new List<RecordRow>(1 + (record.Length / 96));
        var position = record.StartsWith("\ufeff"u8) ? 3 : 0;
        while (position < record.Length)
        {
            var path = Field(record, ref position, out var more);
            var hash = more ? Field(record, ref position, out more) : default;
            var size = more ? Field(record, ref position, out more) : default;
            while (more)
            {
                _ = Field(record, ref position, out more);
            }

            if (path.Length > 0)
            {
                rows.Add(new RecordRow(
                    path.Start, path.Length, hash.Start, hash.Length, Size(record.Slice(size.Start, size.Length))));
            }
        }

        return rows;
    }

    private static long Size(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out long size, out var consumed) && consumed == text.Length && size >= 0 ? size : -1;

    /// <summary>Reads a field and steps over the separator behind it; <paramref name="more"/> says that it was a comma.</summary>
    private static FieldPlace Field(Span<byte> record, ref int position, out bool more)
    {
        if (position < record.Length && record[position] == (byte)'"')
        {
            return QuotedField(record, ref position, out more);
        }

        var start = position;
        var length = record[position..].IndexOfAny((byte)',', (byte)'\n', (byte)'\r');
        length = length < 0 ? record.Length - position : length;
        position += length;
        more = Separator(record, ref position);
        return new FieldPlace(start, length);
    }

    private static FieldPlace QuotedField(Span<byte> record, ref int position, out bool more)
    {
        var start = ++position;
        var end = start;
        while (position < record.Length)
        {
            var c = record[position++];
            if (c == (byte)'"')
            {
                if (position >= record.Length || record[position] != (byte)'"')
                {
                    break;
                }

                position++;
            }

            record[end++] = c;
        }

        // csv appends what follows the closing quote to the field; here it can only be damage, and it is dropped.
        var rest = record[position..].IndexOfAny((byte)',', (byte)'\n', (byte)'\r');
        position = rest < 0 ? record.Length : position + rest;
        more = Separator(record, ref position);
        return new FieldPlace(start, end - start);
    }

    private static bool Separator(ReadOnlySpan<byte> record, ref int position)
    {
        if (position >= record.Length)
        {
            return false;
        }

        var c = record[position++];
        if (c == (byte)'\r' && position < record.Length && record[position] == (byte)'\n')
        {
            position++;
        }

        return c == (byte)',';
    }

    private readonly record struct FieldPlace(int Start, int Length);
}
