namespace Firn.Common.Tar;

/// <summary>
/// Reads a canonical tar as a stream, forwards, in bounded memory, and refuses every other: nothing that it hands out has
/// an absolute path or one that climbs, stands there twice or out of order, or lies below another member.
/// </summary>
/// <param name="source">The bytes; at their end nothing may follow the tar.</param>
/// <param name="buffer">Memory for the reader alone, at least four blocks.</param>
internal sealed class TarReader(Stream source, byte[] buffer)
{
    private readonly TarHeaderReader _headers = new();
    private readonly TarPathOrder _order = new();
    private TarEntry? _current;
    private int _start;
    private int _end;
    private long _members;
    private long _left;
    private int _padding;
    private bool _isAtEnd;

    /// <summary>The member that <see cref="MoveNext"/> came to.</summary>
    public TarEntry Current => _current ?? throw new InvalidOperationException("there is no member before the first MoveNext");

    /// <summary>Goes to the next member; what was not read of the last one is passed over.</summary>
    /// <returns>Whether there is one. <see langword="false"/> only where the tar ended as it must.</returns>
    /// <exception cref="TarFormatException">The bytes are no canonical tar.</exception>
    public bool MoveNext()
    {
        if (_isAtEnd)
        {
            return false;
        }

        while (_left > 0)
        {
            ReadPiece();
        }

        SkipPadding();
        var where = $"member {++_members}";
        var block = Take(TarHeader.BlockSize, where);
        if (!block.ContainsAnyExcept((byte)0))
        {
            RequireEnd();
            return false;
        }

        ReadOnlySpan<byte> pax = [];
        if (_headers.IsPax(block, where, out var length))
        {
            pax = TakePax(length, where);
            block = Take(TarHeader.BlockSize, where);
            if (_headers.IsPax(block, where, out _))
            {
                throw new TarFormatException($"{where}: two pax headers");
            }
        }

        _current = _headers.Read(block, pax, where);
        if (_order.Next(_current.Path) is { } problem)
        {
            throw new TarFormatException($"{_current.Path}: {problem}");
        }

        _left = _current.Size;
        _padding = (int)(TarHeader.Padded(_left) - _left);
        return true;
    }

    /// <summary>Reads from the content of the current member.</summary>
    /// <returns>How many bytes; 0 at the content's end.</returns>
    public int Read(Span<byte> destination)
    {
        if (_left == 0 || destination.Length == 0)
        {
            return 0;
        }

        FillForContent();
        var count = (int)Math.Min(Math.Min(_left, _end - _start), destination.Length);
        buffer.AsSpan(_start, count).CopyTo(destination);
        Consume(count);
        return count;
    }

    /// <summary>
    /// The next piece of the content as it lies in the reader's memory, valid until the next call; empty at the end. The
    /// caller may change it.
    /// </summary>
    public Span<byte> ReadPiece()
    {
        if (_left == 0)
        {
            return [];
        }

        FillForContent();
        var count = (int)Math.Min(_left, _end - _start);
        var piece = buffer.AsSpan(_start, count);
        Consume(count);
        return piece;
    }

    private void Consume(int count)
    {
        _start += count;
        _left -= count;
    }

    private void FillForContent()
    {
        if (_start < _end)
        {
            return;
        }

        _start = 0;
        _end = source.Read(buffer);
        if (_end == 0)
        {
            throw Truncated(Current.Path);
        }
    }

    private void SkipPadding()
    {
        if (_padding > 0 && Take(_padding, Current.Path).ContainsAnyExcept((byte)0))
        {
            throw new TarFormatException($"{Current.Path}: bytes in the gap behind its content");
        }

        _padding = 0;
    }

    /// <summary>A pax header may be longer than the buffer, so it is copied.</summary>
    private byte[] TakePax(int length, string where)
    {
        var pax = new byte[length];
        var taken = 0;
        while (taken < length)
        {
            var piece = Take(Math.Min(length - taken, TarHeader.BlockSize), where);
            piece.CopyTo(pax.AsSpan(taken));
            taken += piece.Length;
        }

        var padding = (int)(TarHeader.Padded(length) - length);
        return padding == 0 || !Take(padding, where).ContainsAnyExcept((byte)0)
            ? pax
            : throw new TarFormatException($"{where}: bytes in the gap behind its pax header");
    }

    /// <summary>The next bytes, all of them, at most a block.</summary>
    private ReadOnlySpan<byte> Take(int count, string where)
    {
        if (_end - _start < count)
        {
            var rest = _end - _start;
            buffer.AsSpan(_start, rest).CopyTo(buffer);
            _start = 0;
            _end = rest;
            while (_end < count)
            {
                var read = source.Read(buffer.AsSpan(_end));
                if (read == 0)
                {
                    throw Truncated(where);
                }

                _end += read;
            }
        }

        var taken = buffer.AsSpan(_start, count);
        _start += count;
        return taken;
    }

    /// <summary>Behind the first block of zeros there must be a second, and nothing else.</summary>
    private void RequireEnd()
    {
        if (Take(TarHeader.BlockSize, "the end").ContainsAnyExcept((byte)0))
        {
            throw new TarFormatException("the end: one block of zeros instead of two");
        }

        if (_start < _end || source.Read(buffer) > 0)
        {
            throw new TarFormatException("the end: bytes behind the two blocks of zeros");
        }

        _isAtEnd = true;
    }

    private static TarFormatException Truncated(string where) => new($"{where}: the archive ends there, too early");
}
