using System.Buffers.Binary;

namespace Firn.Common;

/// <summary>
/// What MD5 (RFC 1321) and SHA-256 (FIPS 180-4) share: blocks of 64 bytes, and at the end a one bit, zeros, and the length
/// in bits. They differ in the order of bytes and in what a block does to the state.
/// </summary>
/// <param name="state">The words that the digest starts from, and in the end is.</param>
/// <param name="isBigEndian">The order of bytes in words and in the length.</param>
internal abstract class ManagedBlockHash(uint[] state, bool isBigEndian)
{
    protected const int BlockLength = 64;
    private const int LengthLength = 8;

    private readonly byte[] _pending = new byte[2 * BlockLength];
    private int _pendingLength;
    private long _length;

    /// <summary>The words so far.</summary>
    protected uint[] State { get; } = state;

    /// <summary>Takes the next bytes of the content.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        _length += content.Length;
        if (_pendingLength > 0)
        {
            var taken = Math.Min(BlockLength - _pendingLength, content.Length);
            content[..taken].CopyTo(_pending.AsSpan(_pendingLength));
            _pendingLength += taken;
            content = content[taken..];
            if (_pendingLength < BlockLength)
            {
                return;
            }

            Compress(_pending.AsSpan(0, BlockLength));
            _pendingLength = 0;
        }

        for (; content.Length >= BlockLength; content = content[BlockLength..])
        {
            Compress(content[..BlockLength]);
        }

        content.CopyTo(_pending);
        _pendingLength = content.Length;
    }

    /// <summary>Writes the digest of all that was taken; nothing may follow.</summary>
    /// <param name="hash">Takes four bytes for each word of the state.</param>
    public void Finish(Span<byte> hash)
    {
        // FIPS 180-4, 5.1.1; RFC 1321, 3.1.
        _pending.AsSpan(_pendingLength).Clear();
        _pending[_pendingLength] = 0x80;
        var end = _pendingLength + 1 + LengthLength <= BlockLength ? BlockLength : 2 * BlockLength;
        WriteLength(_pending.AsSpan(end - LengthLength), _length * 8);
        for (var start = 0; start < end; start += BlockLength)
        {
            Compress(_pending.AsSpan(start, BlockLength));
        }

        for (var index = 0; index < State.Length; index++)
        {
            WriteWord(hash[(index * sizeof(uint))..], State[index]);
        }
    }

    /// <summary>Mixes a block into the state.</summary>
    protected abstract void Compress(ReadOnlySpan<byte> block);

    private void WriteLength(Span<byte> target, long bits)
    {
        if (isBigEndian)
        {
            BinaryPrimitives.WriteInt64BigEndian(target, bits);
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(target, bits);
        }
    }

    private void WriteWord(Span<byte> target, uint word)
    {
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(target, word);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target, word);
        }
    }
}
