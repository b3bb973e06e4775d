using System.Buffers.Binary;
using System.Numerics;

namespace Firn.Common;

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
