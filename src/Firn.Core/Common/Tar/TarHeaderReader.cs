using System.Text;
using System.Text.Unicode;

namespace Firn.Common.Tar;

/// <summary>
/// Reads headers that <see cref="TarHeader"/> wrote. Whatever is read is written again and compared: there is one way to
/// write a member, and any other bytes are refused.
/// </summary>
internal sealed class TarHeaderReader
{
    private readonly byte[] _expected = new byte[TarHeader.BlockSize];

    /// <summary>Whether the block starts a pax header; its length in bytes then.</summary>
    /// <exception cref="TarFormatException">It does, and it is damaged or too long.</exception>
    public bool IsPax(ReadOnlySpan<byte> block, string where, out int length)
    {
        CheckSum(block, where);
        length = 0;
        if (block[TarHeader.TypeOffset] != TarHeader.PaxType)
        {
            return false;
        }

        var size = ReadSize(block, where);
        if (size is < 1 or > TarHeader.MaximumPaxLength)
        {
            throw new TarFormatException($"{where}: a pax header of {size} bytes");
        }

        length = (int)size;
        TarHeader.WritePax(_expected, length);
        RequireCanonical(block, where);
        return true;
    }

    /// <summary>Reads the block of the member itself.</summary>
    /// <param name="block">Its 512 bytes, not all zero.</param>
    /// <param name="pax">The records of the pax header before it; empty where there is none.</param>
    /// <param name="where">What to call the member while its name is not known.</param>
    public TarEntry Read(ReadOnlySpan<byte> block, ReadOnlySpan<byte> pax, string where)
    {
        var kind = block[TarHeader.TypeOffset] switch
        {
            (byte)'0' => TarEntryKind.File,
            (byte)'2' => TarEntryKind.Link,
            (byte)'5' => TarEntryKind.Directory,
            _ => throw new TarFormatException(
                $"{where} ({NameOf(block)}): type {TypeText(block[TarHeader.TypeOffset])}, neither file, link nor folder"),
        };
        var records = ReadRecords(pax, where);
        var path = Take(records, "path") ?? Text(Field(block[..TarHeader.NameLength]), where);
        var field = Field(block.Slice(TarHeader.LinkOffset, TarHeader.NameLength));
        var target = Take(records, "linkpath") ?? (kind == TarEntryKind.Link ? Text(field, where) : null);
        var size = Take(records, "size") is { } text ? ParseSize(text, where) : ReadSize(block, where);
        var entry = new TarEntry
        {
            Path = path,
            Kind = kind,
            IsExecutable = kind == TarEntryKind.File && block[TarHeader.ModeOffset + 4] == (byte)'7',
            LinkTarget = target,
            Size = size,
            Records = records.Count == 0 ? [] : [.. records],
        };
        Check(entry, block, pax);
        return entry;
    }

    private void Check(TarEntry entry, ReadOnlySpan<byte> block, ReadOnlySpan<byte> pax)
    {
        var problem = TarPath.FindProblem(entry.Path)
            ?? (entry.LinkTarget is { } target ? TarPath.FindTargetProblem(target) : null)
            ?? (entry.Size > 0 && entry.Kind != TarEntryKind.File ? "it has a content and is no file" : null);
        if (problem is not null)
        {
            throw new TarFormatException($"{entry.Path}: {problem}");
        }

        TarHeader.Write(_expected, entry);
        RequireCanonical(block, entry.Path);
        if (!TarHeader.ComposePax(entry).AsSpan().SequenceEqual(pax))
        {
            throw new TarFormatException($"{entry.Path}: its pax header is not in canonical form");
        }
    }

    private void RequireCanonical(ReadOnlySpan<byte> block, string where)
    {
        if (!block.SequenceEqual(_expected))
        {
            throw new TarFormatException($"{where}: its header is not in canonical form (mode, owner, time or an unused field)");
        }
    }

    private static void CheckSum(ReadOnlySpan<byte> block, string where)
    {
        if (ReadOctal(block.Slice(TarHeader.ChecksumOffset, 6)) != TarHeader.Sum(block))
        {
            throw new TarFormatException($"{where}: the checksum of its header is wrong");
        }
    }

    private static long ReadSize(ReadOnlySpan<byte> block, string where) =>
        ReadOctal(block.Slice(TarHeader.SizeOffset, 11)) is >= 0 and var size
            ? size
            : throw new TarFormatException($"{where}: its size is no octal number");

    private static long ReadOctal(ReadOnlySpan<byte> digits)
    {
        var value = 0L;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return -1;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    private static long ParseSize(string text, string where) =>
        long.TryParse(text, out var size) && size >= 0 && size <= long.MaxValue / 2
            ? size
            : throw new TarFormatException($"{where}: its size is no number");

    /// <summary>The records in their order. LENGTH is checked by writing them again.</summary>
    private static List<PaxRecord> ReadRecords(ReadOnlySpan<byte> pax, string where)
    {
        var records = new List<PaxRecord>();
        while (pax.Length > 0)
        {
            var blank = pax.IndexOf((byte)' ');
            if (blank is < 1 or > 7 || !int.TryParse(pax[..blank], out var length) || length <= blank + 1 || length > pax.Length)
            {
                throw new TarFormatException($"{where}: a record of its pax header has no valid length");
            }

            var record = pax[(blank + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1 || pax[length - 1] != '\n' || record.Contains((byte)0))
            {
                throw new TarFormatException($"{where}: a record of its pax header is damaged");
            }

            records.Add(new PaxRecord(Text(record[..equals], where), Text(record[(equals + 1)..], where)));
            pax = pax[length..];
        }

        return records;
    }

    private static string? Take(List<PaxRecord> records, string keyword)
    {
        for (var i = 0; i < records.Count; i++)
        {
            if (records[i].Keyword == keyword)
            {
                var value = records[i].Value;
                records.RemoveAt(i);
                return value;
            }
        }

        return null;
    }

    private static string Text(ReadOnlySpan<byte> bytes, string where) => Utf8.IsValid(bytes)
        ? Encoding.UTF8.GetString(bytes)
        : throw new TarFormatException($"{where} ({Encoding.UTF8.GetString(bytes)}): its name is no UTF-8");

    private static string NameOf(ReadOnlySpan<byte> block) => Encoding.UTF8.GetString(Field(block[..TarHeader.NameLength]));

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return end < 0 ? field : field[..end];
    }

    private static string TypeText(byte type) => type is > (byte)' ' and < 0x7F ? $"`{(char)type}`" : $"{type}";
}
