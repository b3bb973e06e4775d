using System.Text;
using Firn.Common;

namespace Firn.Python.Records;

/// <summary>
/// Builds the RECORD that a bundle holds: the rows of the wheel's files, sorted by the bytes of their paths, with hashes
/// and sizes as recorded, the row of RECORD itself, and nothing that an installation added. Whatever installer wrote
/// the original, and in whatever order, the bytes are the same.
/// </summary>
/// <param name="pythonFolder">For example <c>python3.11</c>.</param>
internal sealed class RecordBuilder(string pythonFolder)
{
    private readonly string _site = $"lib/{pythonFolder}/site-packages/";
    private readonly List<byte[]> _rows = [];

    /// <summary>Adds the row of a file.</summary>
    /// <param name="bundlePath">Its path in the bundle.</param>
    /// <param name="hash">As recorded: <c>sha256=DIGEST</c>, or empty.</param>
    /// <param name="size">As recorded; -1 where none is.</param>
    public void Add(string bundlePath, string hash, long size)
    {
        var path = bundlePath.StartsWith(_site, StringComparison.Ordinal)
            ? bundlePath[_site.Length..]
            : "../../../" + bundlePath;
        var row = new StringBuilder();
        Field(row, path);
        row.Append(',');
        Field(row, hash);
        row.Append(',');
        if (size >= 0)
        {
            row.Append(size);
        }

        _rows.Add(Encoding.UTF8.GetBytes(row.Append('\n').ToString()));
    }

    /// <summary>The file.</summary>
    public byte[] Build()
    {
        // The comma ends a path as the smallest byte that can follow it, but for a blank and six others.
        _rows.Sort(static (left, right) => Bytes.Compare(PathOf(left), PathOf(right)) is var order && order != 0
            ? order
            : Bytes.Compare(left, right));
        var length = 0;
        foreach (var row in _rows)
        {
            length += row.Length;
        }

        var record = new byte[length];
        var at = 0;
        foreach (var row in _rows)
        {
            row.CopyTo(record, at);
            at += row.Length;
        }

        return record;
    }

    private static ReadOnlySpan<byte> PathOf(byte[] row)
    {
        if (row[0] != (byte)'"')
        {
            return row.AsSpan(0, row.AsSpan().IndexOf((byte)','));
        }

        return row.AsSpan(1, row.AsSpan().LastIndexOf("\","u8) is var end and > 0 ? end - 1 : row.Length - 1);
    }

    /// <summary>As Python's <c>csv.writer</c> does: in quotes only where it must be.</summary>
    private static void Field(StringBuilder row, string text)
    {
        if (text.AsSpan().IndexOfAny(",\"\r\n") < 0)
        {
            row.Append(text);
            return;
        }

        row.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
