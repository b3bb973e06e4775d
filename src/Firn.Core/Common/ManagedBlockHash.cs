using System.Buffers.Binary;
using System.Numerics;

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

/// <summary>
/// SHA-256 (FIPS 180-4) for machines without OpenSSL (<see cref="NativeCryptography"/>). Several times slower than the
/// processor's own instructions, and fast enough for a capture, which digests documents and not file trees.
/// </summary>
internal sealed class ManagedSha256() : ManagedBlockHash(InitialState(), isBigEndian: true)
{
    // FIPS 180-4, 4.2.2.
    private static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private readonly uint[] _schedule = new uint[BlockLength];

    /// <summary>Computes the digest of the content.</summary>
    /// <param name="content">The content.</param>
    /// <param name="hash">Takes 32 bytes.</param>
    public static void HashData(ReadOnlySpan<byte> content, Span<byte> hash)
    {
        var hasher = new ManagedSha256();
        hasher.Append(content);
        hasher.Finish(hash);
    }

    // FIPS 180-4, 6.2.2.
    protected override void Compress(ReadOnlySpan<byte> block)
    {
        var (state, schedule) = (State, _schedule);
        FillSchedule(schedule, block);
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
        for (var round = 0; round < schedule.Length; round++)
        {
            var sum1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11)
                ^ BitOperations.RotateRight(e, 25);
            var temporary1 = h + sum1 + ((e & f) ^ (~e & g)) + RoundConstants[round] + schedule[round];
            var sum0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13)
                ^ BitOperations.RotateRight(a, 22);
            var temporary2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e) = (g, f, e, d + temporary1);
            (d, c, b, a) = (c, b, a, temporary1 + temporary2);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    // FIPS 180-4, 5.3.3.
    private static uint[] InitialState() =>
    [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];

    private static void FillSchedule(Span<uint> schedule, ReadOnlySpan<byte> block)
    {
        for (var index = 0; index < 16; index++)
        {
            schedule[index] = BinaryPrimitives.ReadUInt32BigEndian(block[(index * sizeof(uint))..]);
        }

        for (var index = 16; index < schedule.Length; index++)
        {
            var before15 = schedule[index - 15];
            var before2 = schedule[index - 2];
            var sigma0 = BitOperations.RotateRight(before15, 7) ^ BitOperations.RotateRight(before15, 18)
                ^ (before15 >> 3);
            var sigma1 = BitOperations.RotateRight(before2, 17) ^ BitOperations.RotateRight(before2, 19)
                ^ (before2 >> 10);
            schedule[index] = schedule[index - 16] + sigma0 + schedule[index - 7] + sigma1;
        }
    }
}

/// <summary>MD5 (RFC 1321) for machines without OpenSSL (<see cref="NativeCryptography"/>).</summary>
internal sealed class ManagedMd5() : ManagedBlockHash([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476], isBigEndian: false)
{
    // RFC 1321, 3.4: the integer part of 2^32 times abs(sin(i)).
    private static ReadOnlySpan<uint> Sines =>
    [
        0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
        0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
        0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
        0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
        0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
        0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
        0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
        0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
    ];

    // Four rounds of sixteen steps: each repeats its four rotations.
    private static ReadOnlySpan<byte> Rotations => [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

    protected override void Compress(ReadOnlySpan<byte> block)
    {
        var (a, b, c, d) = (State[0], State[1], State[2], State[3]);
        for (var step = 0; step < BlockLength; step++)
        {
            var round = step / 16;
            var (mixed, word) = round switch
            {
                0 => ((b & c) | (~b & d), step),
                1 => ((d & b) | (~d & c), ((5 * step) + 1) % 16),
                2 => (b ^ c ^ d, ((3 * step) + 5) % 16),
                _ => (c ^ (b | ~d), 7 * step % 16),
            };
            var sum = a + mixed + Sines[step] + BinaryPrimitives.ReadUInt32LittleEndian(block[(word * sizeof(uint))..]);
            (a, d, c, b) = (d, c, b, b + BitOperations.RotateLeft(sum, Rotations[(round * 4) + (step % 4)]));
        }

        State[0] += a;
        State[1] += b;
        State[2] += c;
        State[3] += d;
    }
}
