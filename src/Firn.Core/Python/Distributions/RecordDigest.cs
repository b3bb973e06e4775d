using Firn.Common;

namespace Firn.Python.Distributions;

/// <summary>
/// The text behind a recorded digest: lines <c>PATH NUL HASH LF</c>, sorted by their bytes. Installers write
/// RECORD sorted, so the lines are laid into one buffer as they come, and sorted only where they came out of order.
/// </summary>
/// <param name="expectedLength">About how many bytes there will be.</param>
/// <param name="buffer">Memory for them.</param>
internal sealed class RecordDigest(int expectedLength, ReadBuffer buffer)
{
    private byte[] _text = buffer.AtLeast(expectedLength);
    private int _length;
    private int _lastPathLength;
    private bool _isSorted = true;

    // Kept, since a damaged row's fields may hold the characters that end paths and lines.
    private readonly List<int> _starts = [];

    /// <summary>How many lines there are.</summary>
    public int Count => _starts.Count;

    public void Add(ReadOnlySpan<byte> path, ReadOnlySpan<byte> hash)
    {
        hash = hash.IsEmpty ? "-"u8 : hash;
        var length = path.Length + hash.Length + 2;
        if (_text.Length - _length < length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _length + length));
            buffer.Keep(_text);
        }

        _isSorted = _isSorted && (Count == 0 || Bytes.Compare(_text.AsSpan(_starts[^1], _lastPathLength), path) < 0);
        _starts.Add(_length);
        _lastPathLength = path.Length;
        var line = _text.AsSpan(_length, length);
        path.CopyTo(line);
        line[path.Length] = 0;
        hash.CopyTo(line[(path.Length + 1)..]);
        line[^1] = (byte)'\n';
        _length += length;
    }

    public Sha256Digest Compute()
    {
        if (!_isSorted)
        {
            Sort();
        }

        return Sha256Digest.Of(_text.AsSpan(0, _length));
    }

    /// <summary>Whole lines sort as their paths do: NUL comes before every byte of a longer path.</summary>
    private void Sort()
    {
        var lines = new List<byte[]>(Count);
        for (var i = 0; i < Count; i++)
        {
            var end = i + 1 < Count ? _starts[i + 1] : _length;
            lines.Add(_text.AsSpan(_starts[i], end - _starts[i]).ToArray());
        }

        lines.Sort(static (left, right) => Bytes.Compare(left, right));
        var at = 0;
        foreach (var line in lines)
        {
            line.CopyTo(_text, at);
            at += line.Length;
        }
    }
}
