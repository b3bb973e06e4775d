namespace Firn.Common;

/// <summary>
/// Gathers small pieces in one array and hands them on in large ones. A file is read straight into it, without a copy.
/// </summary>
/// <param name="bytes">The array; as long as all content where there is no target.</param>
/// <param name="target">Takes the pieces; <see langword="null"/> where all is to stay in the array.</param>
internal sealed class OutputBuffer(byte[] bytes, IByteSink? target)
{
    private int _length;

    /// <summary>The bytes that were not handed on yet.</summary>
    public ReadOnlySpan<byte> Pending => bytes.AsSpan(0, _length);

    /// <summary>The most that <see cref="Space"/> can be asked for.</summary>
    public int Capacity => bytes.Length;

    /// <summary>Free bytes to write into, at least that many; <see cref="Advance"/> takes them.</summary>
    public Span<byte> Space(int atLeast)
    {
        if (bytes.Length - _length < atLeast)
        {
            Flush();
        }

        return bytes.AsSpan(_length);
    }

    public void Advance(int count) => _length += count;

    public void Write(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            var space = Space(1);
            var count = Math.Min(space.Length, content.Length);
            content[..count].CopyTo(space);
            Advance(count);
            content = content[count..];
        }
    }

    public void Flush()
    {
        if (target is null)
        {
            throw new InvalidOperationException("the content is longer than its buffer");
        }

        target.Write(Pending);
        _length = 0;
    }
}

/// <summary>Takes bytes piece by piece, each piece to its end.</summary>
internal interface IByteSink
{
    /// <summary>Takes the next bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes);
}

/// <summary>For who only wants what passes by on the way: a digest, or that all can be read.</summary>
internal sealed class DiscardingSink : IByteSink
{
    public void Write(ReadOnlySpan<byte> bytes)
    {
    }
}

/// <summary>Takes the next bytes of a content; they are valid during the call only.</summary>
internal delegate void TakeBytes(ReadOnlySpan<byte> bytes);
