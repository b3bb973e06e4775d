using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Firn.Common;

namespace Firn.Git.Objects;

/// <summary>
/// Encodes a loose object as zlib data of stored blocks (RFC 1950 and 1951), so that the bytes are the same with every
/// version of zlib; an archive compresses them again.
/// </summary>
internal sealed class GitLooseEncoder
{
    private const int BlockLength = 65535;
    private const uint AdlerBase = 65521;
    private readonly byte[] _block = new byte[BlockLength];
    private readonly TakeBytes _sink;
    private readonly long _total;
    private long _taken;
    private int _filled;
    private uint _low = 1;
    private uint _high;

    /// <summary>Starts an object.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="length">The length of its content.</param>
    /// <param name="sink">Takes the bytes.</param>
    public GitLooseEncoder(GitObjectKind kind, long length, TakeBytes sink)
    {
        _sink = sink;
        var header = Header(kind, length);
        _total = header.Length + length;
        _sink([0x78, 0x01]);
        Append(header);
    }

    /// <summary>How many bytes an object becomes.</summary>
    public static long EncodedLength(GitObjectKind kind, long length)
    {
        var total = Header(kind, length).Length + length;
        var blocks = (total + BlockLength - 1) / BlockLength;
        return 2 + total + (blocks * 5) + 4;
    }

    /// <summary>Takes the next part of the content.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            var count = Math.Min(content.Length, BlockLength - _filled);
            content[..count].CopyTo(_block.AsSpan(_filled));
            _filled += count;
            content = content[count..];
            if (_filled == BlockLength || _taken + _filled == _total)
            {
                Flush();
            }
        }
    }

    /// <summary>Writes the end.</summary>
    /// <exception cref="InvalidOperationException">Not exactly the length was given.</exception>
    public void Finish()
    {
        if (_taken != _total)
        {
            throw new InvalidOperationException("the content has another length than was said");
        }

        Span<byte> checksum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, (_high << 16) | _low);
        _sink(checksum);
    }

    private static byte[] Header(GitObjectKind kind, long length) =>
        Encoding.ASCII.GetBytes($"{GitObject.Word(kind)} {length.ToString(CultureInfo.InvariantCulture)}\0");

    private void Flush()
    {
        _taken += _filled;
        Span<byte> header = stackalloc byte[5];
        header[0] = _taken == _total ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(header[1..], (ushort)_filled);
        BinaryPrimitives.WriteUInt16LittleEndian(header[3..], (ushort)~_filled);
        _sink(header);
        var block = _block.AsSpan(0, _filled);
        _sink(block);
        Sum(block);
        _filled = 0;
    }

    /// <summary>Adler-32: 5552 is the most bytes whose sums fit before the remainder is taken.</summary>
    private void Sum(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, 5552);
            foreach (var value in bytes[..count])
            {
                _low += value;
                _high += _low;
            }

            _low %= AdlerBase;
            _high %= AdlerBase;
            bytes = bytes[count..];
        }
    }
}
