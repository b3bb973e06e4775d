using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Firn.Common.Tar;

/// <summary>
/// Writes a canonical tar: equal members give equal bytes, always and everywhere. The caller brings the members in the
/// order of <see cref="TarPath.Compare"/> and writes <see cref="TarEntry.Size"/> bytes behind each header.
/// </summary>
internal sealed class TarWriter(OutputBuffer output)
{
    /// <summary>The length of the end of a tar: two blocks of zeros.</summary>
    public const int EndLength = 2 * TarHeader.BlockSize;

    /// <summary>Writes the headers of a member; its content follows.</summary>
    public void Start(TarEntry entry)
    {
        var pax = TarHeader.ComposePax(entry);
        if (pax.Length > 0)
        {
            if (pax.Length > TarHeader.MaximumPaxLength)
            {
                throw new TarFormatException($"{entry.Path}: its header has {pax.Length} bytes, more than {TarHeader.MaximumPaxLength}");
            }

            TarHeader.WritePax(output.Space(TarHeader.BlockSize)[..TarHeader.BlockSize], pax.Length);
            output.Advance(TarHeader.BlockSize);
            output.Write(pax);
            Pad(pax.Length);
        }

        TarHeader.Write(output.Space(TarHeader.BlockSize)[..TarHeader.BlockSize], entry);
        output.Advance(TarHeader.BlockSize);
    }

    /// <summary>Fills the last block of a content of that length.</summary>
    public void Pad(long length) => Zeros((int)(TarHeader.Padded(length) - length));

    /// <summary>Writes the end; the last bytes are still in the buffer then.</summary>
    public void Finish() => Zeros(EndLength);

    private void Zeros(int count)
    {
        output.Space(count)[..count].Clear();
        output.Advance(count);
    }
}

/// <summary>
/// The one form in which Firn writes the header of a member: ustar, and before it a pax header where ustar cannot say
/// it. Nothing of the machine, the user or the time is in it.
/// </summary>
internal static class TarHeader
{
    public const int BlockSize = 512;

    /// <summary>The modification time of every member: 1980-01-01, the earliest that zip archives know.</summary>
    public const long ModifiedSeconds = 315532800;

    /// <summary>The longest pax header that is read or written, in bytes.</summary>
    public const int MaximumPaxLength = 1 << 20;

    internal const int NameLength = 100;
    internal const int ModeOffset = 100;
    internal const int SizeOffset = 124;
    internal const int ChecksumOffset = 148;
    internal const int TypeOffset = 156;
    internal const int LinkOffset = 157;
    internal const byte PaxType = (byte)'x';

    /// <summary>The largest size that eleven octal digits can say, less than 8 GiB.</summary>
    private const long MaximumOctalSize = (1L << 33) - 1;

    /// <summary>The largest user or group that seven octal digits can say.</summary>
    private const long MaximumOctalOwner = (1L << 21) - 1;
    private static readonly byte[] PaxName = "././@PaxHeader"u8.ToArray();

    /// <summary>How many bytes the entry takes in a tar, with its headers, content and padding.</summary>
    public static long Measure(TarEntry entry)
    {
        var pax = ComposePax(entry);
        return BlockSize + (pax.Length == 0 ? 0 : BlockSize + Padded(pax.Length)) + Padded(entry.Size);
    }

    /// <summary>The length with the bytes that fill the last block.</summary>
    public static long Padded(long length) => (length + BlockSize - 1) & ~(BlockSize - 1L);

    /// <summary>The records of the pax header; empty where the entry needs none.</summary>
    public static byte[] ComposePax(TarEntry entry)
    {
        var needsLink = entry.LinkTarget is { } target && !FitsName(target);
        var hasLargeOwner = Math.Max(entry.User, entry.Group) > MaximumOctalOwner;
        if (entry.Records.Length == 0 && !needsLink && !hasLargeOwner && entry.Size <= MaximumOctalSize && FitsName(entry.Path))
        {
            return [];
        }

        var records = new List<PaxRecord>(entry.Records);
        if (needsLink)
        {
            records.Add(new PaxRecord("linkpath", entry.LinkTarget!));
        }

        if (!FitsName(entry.Path))
        {
            records.Add(new PaxRecord("path", entry.Path));
        }

        AddLarge("size", entry.Size, MaximumOctalSize);
        AddLarge("uid", entry.User, MaximumOctalOwner);
        AddLarge("gid", entry.Group, MaximumOctalOwner);

        records.Sort(static (left, right) => string.CompareOrdinal(left.Keyword, right.Keyword));
        var text = new StringBuilder();
        foreach (var record in records)
        {
            AppendRecord(text, record);
        }

        return Encoding.UTF8.GetBytes(text.ToString());

        void AddLarge(string keyword, long value, long most)
        {
            if (value > most)
            {
                records.Add(new PaxRecord(keyword, value.ToString(CultureInfo.InvariantCulture)));
            }
        }
    }

    /// <summary>Writes the block of the entry itself.</summary>
    public static void Write(Span<byte> block, TarEntry entry)
    {
        var (type, mode) = entry.Kind switch
        {
            TarEntryKind.Link => ('2', 0x1FF),
            TarEntryKind.Directory => ('5', 0x1ED),
            _ => ('0', entry.IsExecutable ? 0x1ED : 0x1A4),
        };
        block.Clear();
        WriteName(block[..NameLength], entry.Path);
        WriteName(block.Slice(LinkOffset, NameLength), entry.LinkTarget ?? string.Empty);
        WriteRest(block, (byte)type, entry.Mode ?? mode, entry);
    }

    /// <summary>Writes the block before the records of a pax header.</summary>
    public static void WritePax(Span<byte> block, int length)
    {
        block.Clear();
        PaxName.CopyTo(block);
        WriteRest(block, PaxType, 0x1A4, new TarEntry { Path = string.Empty, Size = length });
    }

    /// <summary>The sum of the block's bytes, those of the checksum counted as spaces.</summary>
    public static int Sum(ReadOnlySpan<byte> block)
    {
        // Eight bytes at a time, in lanes of 16 bits: 64 steps of two bytes stay below 2^16. A restore sums 100,000 blocks.
        const ulong lanes = 0x00FF00FF00FF00FF;
        var words = MemoryMarshal.Cast<byte, ulong>(block);
        var sums = 0UL;
        foreach (var word in words)
        {
            sums += (word & lanes) + ((word >> 8) & lanes);
        }

        var sum = (int)((sums & 0xFFFF) + ((sums >> 16) & 0xFFFF) + ((sums >> 32) & 0xFFFF) + (sums >> 48)) + (8 * ' ');
        foreach (var digit in block.Slice(ChecksumOffset, 8))
        {
            sum -= digit;
        }

        return sum;
    }

    private static void WriteRest(Span<byte> block, byte type, int mode, TarEntry entry)
    {
        WriteOctal(block.Slice(ModeOffset, 7), mode);
        WriteOctal(block.Slice(108, 7), entry.User > MaximumOctalOwner ? 0 : entry.User);
        WriteOctal(block.Slice(116, 7), entry.Group > MaximumOctalOwner ? 0 : entry.Group);
        WriteOctal(block.Slice(SizeOffset, 11), entry.Size > MaximumOctalSize ? 0 : entry.Size);
        WriteOctal(block.Slice(136, 11), entry.Modified);
        block[TypeOffset] = type;
        "ustar\000"u8.CopyTo(block[257..]);
        WriteOctal(block.Slice(329, 7), 0);
        WriteOctal(block.Slice(337, 7), 0);
        WriteOctal(block.Slice(ChecksumOffset, 6), Sum(block));
        block[ChecksumOffset + 7] = (byte)' ';
    }

    private static void WriteOctal(Span<byte> digits, long value)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            digits[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    /// <summary>A name that does not fit stands whole in the pax header, and its first bytes here.</summary>
    private static void WriteName(Span<byte> field, string name)
    {
        if (FitsName(name))
        {
            Encoding.UTF8.GetBytes(name, field);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(name);
        bytes.AsSpan(0, Math.Min(bytes.Length, field.Length)).CopyTo(field);
    }

    private static bool FitsName(string name)
    {
        if (name.Length > NameLength)
        {
            return false;
        }

        foreach (var c in name)
        {
            if (c >= 0x80)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>LENGTH KEYWORD=VALUE LF</c>, where LENGTH counts itself.</summary>
    private static void AppendRecord(StringBuilder text, PaxRecord record)
    {
        var rest = Encoding.UTF8.GetByteCount(record.Value) + record.Keyword.Length + 3;
        var length = rest + 1;
        while (rest + Digits(length) > length)
        {
            length++;
        }

        text.Append(length).Append(' ').Append(record.Keyword).Append('=').Append(record.Value).Append('\n');
    }

    private static int Digits(int number)
    {
        var digits = 1;
        while (number >= 10)
        {
            number /= 10;
            digits++;
        }

        return digits;
    }
}
