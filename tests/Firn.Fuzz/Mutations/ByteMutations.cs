using System.Buffers.Binary;

namespace Firn.Fuzz.Mutations;

/// <summary>Changes bytes and binary numbers in place.</summary>
internal static class ByteMutations
{
    private static readonly long[] Interesting =
    [
        0, 1, -1, 2, 7, 8, 16, 20, 32, 40, 63, 64, 100, 127, 128, 255, 256, 511, 512, 1000, 1024, 4095, 4096, 4097,
        short.MaxValue, short.MinValue, ushort.MaxValue, 65536, 1 << 20, int.MaxValue, int.MinValue, uint.MaxValue,
        0x80000000, 1L << 32, 1L << 40, long.MaxValue, long.MinValue, long.MaxValue - 4096, -4096, -16,
    ];

    public static byte[] Apply(byte[] content, FuzzRandom random)
    {
        if (content.Length == 0)
        {
            return [(byte)random.Next()];
        }

        content = [.. content];
        var at = random.Below(content.Length);
        switch (random.Below(6))
        {
            case 0:
                content[at] ^= (byte)(1 << random.Below(8));
                break;
            case 1:
                content[at] = (byte)random.Next();
                break;
            case 2:
                content[at] += (byte)(random.Below(35) - 17);
                break;
            case 3:
                content.AsSpan(at, random.Length(content.Length - at)).Fill((byte)random.Next());
                break;
            default:
                WriteNumber(content.AsSpan(at), random);
                break;
        }

        return content;
    }

    private static void WriteNumber(Span<byte> place, FuzzRandom random)
    {
        var number = random.Pick<long>(Interesting);
        // Lengths and offsets matter most around the size of the file itself.
        number = random.OneIn(4) ? place.Length + random.Below(9) - 4 : number;
        var isLittle = random.OneIn(2);
        Span<byte> bytes = stackalloc byte[8];
        var width = 1 << random.Below(4);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        bytes = bytes[..width];
        if (!isLittle)
        {
            bytes.Reverse();
        }

        bytes[..Math.Min(width, place.Length)].CopyTo(place);
    }
}
