using Firn.Common.Files;

namespace Firn.Conda.Relocation;

/// <summary>Another source's bytes with edits applied while they are read.</summary>
internal sealed class EditedByteSource : ByteSource
{
    private readonly ByteSource _source;
    private readonly ByteEdit[] _edits;

    /// <summary>Where each edit's new bytes start in the edited content.</summary>
    private readonly long[] _starts;

    /// <param name="source">The bytes before the edits; it is not disposed.</param>
    /// <param name="edits">In order of their starts, none reaching into the next.</param>
    public EditedByteSource(ByteSource source, List<ByteEdit> edits)
    {
        _source = source;
        _edits = [.. edits];
        _starts = new long[_edits.Length];
        var shift = 0L;
        var end = 0L;
        for (var i = 0; i < _edits.Length; i++)
        {
            var edit = _edits[i];
            if (edit.Start < end || edit.Start + edit.Removed > source.Length)
            {
                throw new ArgumentException("the edits overlap or leave the content", nameof(edits));
            }

            _starts[i] = edit.Start + shift;
            end = edit.Start + edit.Removed;
            shift += edit.Added - edit.Removed;
        }

        Length = source.Length + shift;
    }

    public override long Length { get; }

    public override void Read(long offset, Span<byte> destination)
    {
        var index = LastStartingAt(offset);
        while (destination.Length > 0)
        {
            var taken = index >= 0 && offset < _starts[index] + _edits[index].Added
                ? ReadInserted(index, offset - _starts[index], destination)
                : ReadUnchanged(index, offset, destination);
            offset += taken;
            destination = destination[taken..];
            while (index + 1 < _starts.Length && _starts[index + 1] <= offset)
            {
                index++;
            }
        }
    }

    private int ReadInserted(int index, long skipped, Span<byte> destination)
    {
        var edit = _edits[index];
        var taken = (int)Math.Min(edit.Added - skipped, destination.Length);
        destination = destination[..taken];
        destination.Clear();
        if (skipped < edit.Inserted.Length)
        {
            var inserted = edit.Inserted.Span[(int)skipped..];
            inserted[..Math.Min(inserted.Length, taken)].CopyTo(destination);
        }

        return taken;
    }

    /// <summary>Reads the bytes of the source behind an edit (-1: before the first), up to the next edit.</summary>
    private int ReadUnchanged(int index, long offset, Span<byte> destination)
    {
        var source = offset;
        if (index >= 0)
        {
            var edit = _edits[index];
            source = edit.Start + edit.Removed + offset - _starts[index] - edit.Added;
        }

        var end = index + 1 < _edits.Length ? _edits[index + 1].Start : _source.Length;
        var taken = (int)Math.Min(end - source, destination.Length);
        if (taken <= 0)
        {
            throw new EndOfStreamException("the edited content ends before");
        }

        _source.Read(source, destination[..taken]);
        return taken;
    }

    private int LastStartingAt(long offset)
    {
        var low = 0;
        var high = _starts.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_starts[middle] <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}

/// <summary>One spot where the bytes of a content change: some are left out, others stand there instead.</summary>
/// <param name="Start">Where in the content before the change.</param>
/// <param name="Removed">How many bytes are left out from there on.</param>
/// <param name="Inserted">What stands there instead.</param>
/// <param name="Zeros">How many zero bytes follow <paramref name="Inserted"/>.</param>
internal sealed record ByteEdit(long Start, long Removed, ReadOnlyMemory<byte> Inserted, long Zeros = 0)
{
    /// <summary>How many bytes stand there after the change.</summary>
    public long Added => Inserted.Length + Zeros;
}
