using System.Text;
using Firn.Python.Distributions;

namespace Firn.Restore.Unpacking;

/// <summary>
/// Where the rows of a RECORD stand in its bytes, in the order of their paths. Plain arrays of numbers: code for a list of
/// a structure would be compiled anew in every process.
/// </summary>
internal sealed class RecordRowTable
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
    public static RecordRowTable Read(Span<byte> record, string? up)
    {
        var table = new RecordRowTable();
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
