using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Firn.Common;
using Firn.Python.Records;

namespace Firn.Restore.Unpacking;

/// <summary>
/// RECORD of a restored distribution: the rows of its bundle, those of changed files made true, those of what the
/// installation added; sorted by path, three fields, LF (Recording installed projects, "The RECORD file").
/// </summary>
/// <param name="sitePackages">The folder that its paths are relative to, relative to the tree.</param>
/// <param name="isWholePython">Whether headers lie in <c>include/pythonX.Y</c>.</param>
internal sealed class RestoredRecord(string sitePackages, bool isWholePython)
{
    private readonly Dictionary<string, string> _changed = new(StringComparer.Ordinal);
    private readonly string _up = string.Concat(Enumerable.Repeat("../", sitePackages.Split('/').Length));

    /// <summary>A file that the restore wrote: its row says what it holds.</summary>
    /// <param name="path">Relative to the tree.</param>
    /// <param name="content">Its bytes.</param>
    public void Set(string path, ReadOnlySpan<byte> content) =>
        _changed[RowPath(path)] = $"{RecordHash.Of(Sha256Digest.Of(content))},{content.Length.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A file whose row has no hash and no size: bytecode.</summary>
    public void SetWithoutHash(string path) => _changed[RowPath(path)] = ",";

    /// <summary>The bytes of RECORD. An environment has tens of thousands of rows: those of the bundle stay bytes.</summary>
    /// <param name="record">RECORD of the bundle; it is unquoted in place.</param>
    public byte[] Compose(Span<byte> record)
    {
        var rows = RecordRowIndex.Read(record, isWholePython ? _up : null);
        var added = new List<string>(_changed.Keys);
        Sort(added);
        var paths = new byte[added.Count == 0 ? 0 : Encoding.UTF8.GetMaxByteCount(LongestOf(added))];
        var output = new ArrayBufferWriter<byte>(record.Length + (added.Count * 128) + 1);
        var next = 0;
        var path = Encode(added, next, paths);
        for (var i = 0; i < rows.Count; i++)
        {
            var order = -1;
            while (next < added.Count && (order = path.SequenceCompareTo(rows.PathOf(record, i))) < 0)
            {
                WriteField(output, path);
                WriteText(output, _changed[added[next]]);
                path = Encode(added, ++next, paths);
            }

            WriteField(output, rows.PathOf(record, i));
            if (order == 0 && next < added.Count)
            {
                WriteText(output, _changed[added[next]]);
                path = Encode(added, ++next, paths);
            }
            else
            {
                WriteRest(output, rows.HashOf(record, i), rows.SizeOf(i));
            }
        }

        for (; next < added.Count; path = Encode(added, ++next, paths))
        {
            WriteField(output, path);
            WriteText(output, _changed[added[next]]);
        }

        return output.WrittenSpan.ToArray();
    }

    private static int LongestOf(List<string> texts)
    {
        var longest = 0;
        foreach (var text in texts)
        {
            longest = Math.Max(longest, text.Length);
        }

        return longest;
    }

    private static ReadOnlySpan<byte> Encode(List<string> texts, int index, byte[] bytes) =>
        index < texts.Count ? bytes.AsSpan(0, Encoding.UTF8.GetBytes(texts[index], bytes)) : default;

    /// <summary>They come from bundles, which are sorted, so there is hardly ever anything to do.</summary>
    private static void Sort(List<string> paths)
    {
        for (var i = 1; i < paths.Count; i++)
        {
            if (Utf8Order.Compare(paths[i - 1], paths[i]) > 0)
            {
                paths.Sort(Utf8Order.Compare);
                return;
            }
        }
    }

    private static void WriteField(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> field)
    {
        if (field.IndexOfAny((byte)',', (byte)'"') < 0 && field.IndexOfAny((byte)'\r', (byte)'\n') < 0)
        {
            output.Write(field);
        }
        else
        {
            output.Write("\""u8);
            for (var quote = field.IndexOf((byte)'"'); quote >= 0; quote = field.IndexOf((byte)'"'))
            {
                output.Write(field[..(quote + 1)]);
                output.Write("\""u8);
                field = field[(quote + 1)..];
            }

            output.Write(field);
            output.Write("\""u8);
        }

        output.Write(","u8);
    }

    private static void WriteText(ArrayBufferWriter<byte> output, string rest)
    {
        output.Advance(Encoding.UTF8.GetBytes(rest, output.GetSpan(rest.Length)));
        output.Write("\n"u8);
    }

    private static void WriteRest(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> hash, long size)
    {
        output.Write(hash);
        output.Write(","u8);
        if (size >= 0)
        {
            const int mostDigits = 20;
            _ = Utf8Formatter.TryFormat(size, output.GetSpan(mostDigits), out var length);
            output.Advance(length);
        }

        output.Write("\n"u8);
    }

    private string RowPath(string path) =>
        path.StartsWith(sitePackages, StringComparison.Ordinal) && path.Length > sitePackages.Length + 1
            && path[sitePackages.Length] == '/'
            ? path[(sitePackages.Length + 1)..]
            : _up + path;
}

/// <summary>
/// Where the rows of a RECORD stand in its bytes, in the order of their paths. Plain arrays of numbers: code for a list of
/// a structure would be compiled anew in every process.
/// </summary>
internal sealed class RecordRowIndex
{
    private const int Width = 4;

    /// <summary>Path, its length, hash, its length; row by row.</summary>
    private int[] _places = new int[64 * Width];
    private long[] _sizes = new long[64];
    private int[]? _order;

    public int Count { get; private set; }

    /// <summary>Reads the rows.</summary>
    /// <param name="record">The bytes; they are unquoted in place, and the places count in them.</param>
    /// <param name="up">
    /// What leads from site-packages to the prefix of a whole Python: bundles have the headers where a virtual environment
    /// has them. <see langword="null"/> for a virtual environment.
    /// </param>
    public static RecordRowIndex Read(Span<byte> record, string? up)
    {
        var table = new RecordRowIndex();
        var headers = Encoding.UTF8.GetBytes(up is null ? string.Empty : up + "include/site/");
        var isSorted = true;
        var reader = new RecordReader(record);
        while (reader.MoveNext())
        {
            var path = PlaceOf(record, reader.Path);
            var length = reader.Path.Length;
            if (headers.Length > 0 && reader.Path.StartsWith(headers))
            {
                // The path without `site/` is written over its own end.
                const int shorter = 5;
                headers.AsSpan(0, headers.Length - shorter).CopyTo(record[(path + shorter)..]);
                path += shorter;
                length -= shorter;
            }

            table.Add(path, length, PlaceOf(record, reader.Hash), reader.Hash.Length, reader.Size);
            isSorted &= table.Count < 2 || table.PathOf(record, table.Count - 2).SequenceCompareTo(record.Slice(path, length)) <= 0;
        }

        if (!isSorted)
        {
            table.Sort(record);
        }

        return table;
    }

    public ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> record, int row)
    {
        var at = At(row) * Width;
        return record.Slice(_places[at], _places[at + 1]);
    }

    public ReadOnlySpan<byte> HashOf(ReadOnlySpan<byte> record, int row)
    {
        var at = At(row) * Width;
        return record.Slice(_places[at + 2], _places[at + 3]);
    }

    /// <summary>The size; -1 where there is none.</summary>
    public long SizeOf(int row) => _sizes[At(row)];

    private int At(int row) => _order is null ? row : _order[row];

    private void Add(int path, int pathLength, int hash, int hashLength, long size)
    {
        if (Count == _sizes.Length)
        {
            Array.Resize(ref _sizes, Count * 2);
            Array.Resize(ref _places, Count * 2 * Width);
        }

        var at = Count * Width;
        _places[at] = path;
        _places[at + 1] = pathLength;
        _places[at + 2] = hash;
        _places[at + 3] = hashLength;
        _sizes[Count++] = size;
    }

    private void Sort(ReadOnlySpan<byte> record)
    {
        var order = new int[Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        var bytes = record.ToArray();
        Array.Sort(order, (left, right) =>
            PathOf(bytes, left).SequenceCompareTo(PathOf(bytes, right)) is var compared and not 0
                ? compared
                : left.CompareTo(right));
        _order = order;
    }

    private static int PlaceOf(ReadOnlySpan<byte> record, ReadOnlySpan<byte> part) =>
        record.Overlaps(part, out var place) ? place : 0;
}

/// <summary>Orders texts as their UTF-8 bytes do, which is the order of code points and Python's.</summary>
internal static class Utf8Order
{
    public static int Compare(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        for (var i = 0; i < length; i++)
        {
            var a = left[i];
            var b = right[i];
            if (a != b)
            {
                // UTF-16 puts surrogates, the code points above U+FFFF, before U+E000 to U+FFFF.
                var isHighA = char.IsSurrogate(a);
                return isHighA == char.IsSurrogate(b) ? a - b : isHighA ? 1 : -1;
            }
        }

        return left.Length - right.Length;
    }
}
