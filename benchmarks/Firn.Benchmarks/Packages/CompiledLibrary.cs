using System.Buffers.Binary;
using System.Text;

namespace Firn.Benchmarks.Packages;

/// <summary>
/// What looks like a shared library to whoever reads it: an ELF header with a dynamic section that needs libc, and bytes
/// that compress to somewhat under a half, as machine code does.
/// </summary>
internal static class CompiledLibrary
{
    private const int HeaderLength = 64;
    private const int ProgramHeaderLength = 56;
    private const int DynamicOffset = HeaderLength + (2 * ProgramHeaderLength);
    private const int DynamicEntries = 4;
    private const int StringsOffset = DynamicOffset + (DynamicEntries * 16);
    private const int CodeOffset = 1024;
    private const int Kinds = 4096;
    private const int KindLength = 6;

    /// <param name="random">Where its code comes from.</param>
    /// <param name="length">Its length; some kilobytes at least.</param>
    /// <param name="placeholder">conda's placeholder for the prefix that is compiled in; <see langword="null"/> for none.</param>
    public static byte[] Create(FixedRandom random, int length, string? placeholder = null)
    {
        var bytes = new byte[Math.Max(length, 4 * CodeOffset)];
        WriteHeaders(bytes);
        WriteCode(bytes.AsSpan(CodeOffset), random);
        if (placeholder is not null)
        {
            Encoding.ASCII.GetBytes(placeholder + "/lib\0", bytes.AsSpan(2 * CodeOffset));
        }

        return bytes;
    }

    private static void WriteCode(Span<byte> code, FixedRandom random)
    {
        var kinds = new byte[Kinds * KindLength];
        for (var i = 0; i + 8 <= kinds.Length; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(kinds.AsSpan(i), random.Next());
        }

        // An instruction is one of the usual kinds, and every third has a number of its own.
        var position = 0;
        while (position + KindLength + 2 <= code.Length)
        {
            kinds.AsSpan(random.SmallBelow(Kinds) * KindLength, KindLength).CopyTo(code[position..]);
            position += KindLength;
            if (random.Below(3) == 0)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(code[position..], (ushort)random.Next());
                position += 2;
            }
        }
    }

    /// <summary>ELF-64, little endian, x86-64, a shared object (System V ABI, chapters 4 and 5).</summary>
    private static void WriteHeaders(byte[] bytes)
    {
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(bytes);
        Write16(16, 3);
        Write16(18, 62);
        Write16(20, 1);
        Write64(32, HeaderLength);
        Write16(52, HeaderLength);
        Write16(54, ProgramHeaderLength);
        Write16(56, 2);
        ProgramHeader(HeaderLength, type: 1, offset: 0, bytes.Length);
        ProgramHeader(HeaderLength + ProgramHeaderLength, type: 2, DynamicOffset, DynamicEntries * 16);
        // NEEDED, STRTAB, STRSZ, NULL.
        Dynamic(0, 1, 1);
        Dynamic(1, 5, StringsOffset);
        Dynamic(2, 10, 11);
        Encoding.ASCII.GetBytes("\0libc.so.6\0", bytes.AsSpan(StringsOffset));

        void ProgramHeader(int at, int type, long offset, long length)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), type);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at + 4), 5);
            foreach (var (field, value) in ((int, long)[])[(8, offset), (16, offset), (24, offset), (32, length), (40, length), (48, 8)])
            {
                Write64(at + field, value);
            }
        }

        void Dynamic(int index, long tag, long value)
        {
            Write64(DynamicOffset + (index * 16), tag);
            Write64(DynamicOffset + (index * 16) + 8, value);
        }

        void Write16(int at, short value) => BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(at), value);

        void Write64(int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
    }
}
