using System.Text;
using System.Text.Unicode;
using Firn.Common.Tar;

namespace Firn.Conda.Packages;

/// <summary>The fields of a tar header as any program may write them: V7, ustar, GNU (POSIX.1-1988 and -2001, tar.h of GNU).</summary>
internal static class PackageTarHeader
{
    private const int NameLength = 100;
    private const int PrefixOffset = 345;
    private const int PrefixLength = 155;
    private const int OwnerExecute = 0x40;

    /// <summary>Whether the checksum is right, as bytes or, as some old programs add them, as signed ones.</summary>
    public static bool HasChecksum(ReadOnlySpan<byte> block)
    {
        if (ReadNumber(block.Slice(TarHeader.ChecksumOffset, 8)) is not { } stored)
        {
            return false;
        }

        var sum = TarHeader.Sum(block);
        if (stored == sum)
        {
            return true;
        }

        for (var i = 0; i < block.Length; i++)
        {
            sum -= block[i] >= 0x80 && i is < TarHeader.ChecksumOffset or >= TarHeader.ChecksumOffset + 8 ? 256 : 0;
        }

        return stored == sum;
    }

    public static byte TypeOf(ReadOnlySpan<byte> block) => block[TarHeader.TypeOffset];

    /// <summary>The size; <see langword="null"/> where the field is not a number.</summary>
    public static long? SizeOf(ReadOnlySpan<byte> block) => ReadNumber(block.Slice(TarHeader.SizeOffset, 12));

    public static bool IsExecutable(ReadOnlySpan<byte> block) =>
        (ReadNumber(block.Slice(TarHeader.ModeOffset, 8)) & OwnerExecute) == OwnerExecute;

    /// <summary>The name, with ustar's prefix; <see langword="null"/> where it is not UTF-8.</summary>
    public static string? NameOf(ReadOnlySpan<byte> block)
    {
        var name = Text(block[..NameLength]);
        var hasPrefix = block.Slice(257, 6).SequenceEqual("ustar\0"u8) && block[PrefixOffset] != 0;
        var prefix = hasPrefix ? Text(block.Slice(PrefixOffset, PrefixLength)) : string.Empty;
        return name is null || prefix is null ? null : hasPrefix ? $"{prefix}/{name}" : name;
    }

    public static string? LinkOf(ReadOnlySpan<byte> block) => Text(block.Slice(TarHeader.LinkOffset, NameLength));

    /// <summary>The text before the first NUL; <see langword="null"/> where it is not UTF-8.</summary>
    public static string? Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        field = end < 0 ? field : field[..end];
        return Utf8.IsValid(field) ? Encoding.UTF8.GetString(field) : null;
    }

    /// <summary>
    /// Octal digits with blanks around them, or GNU's binary number behind a byte 0x80; <see langword="null"/> for
    /// anything else, what is negative and what is far beyond 2^54.
    /// </summary>
    private static long? ReadNumber(ReadOnlySpan<byte> field)
    {
        if (field[0] >= 0x80)
        {
            return field[0] == 0x80 ? ReadBinary(field[1..]) : null;
        }

        var digits = field.Trim(" \0"u8);
        long value = 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return null;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    private static long? ReadBinary(ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        foreach (var part in bytes)
        {
            if (value > 1L << 54)
            {
                return null;
            }

            value = (value << 8) | part;
        }

        return value;
    }
}

/// <summary>What a pax header changes of the member behind it (POSIX.1-2001, pax interchange format).</summary>
internal sealed record PackagePax
{
    public static readonly PackagePax None = new();

    public string? Path { get; init; }

    public string? LinkPath { get; init; }

    public long? Size { get; init; }

    /// <summary>Reads the records; <see langword="null"/> with what is wrong with them.</summary>
    public static PackagePax? Read(ReadOnlySpan<byte> records, out string problem)
    {
        var pax = None;
        problem = "a record of its pax header is damaged";
        while (records.Length > 0)
        {
            var blank = records.IndexOf((byte)' ');
            if (blank is < 1 or > 8 || !int.TryParse(records[..blank], out var length)
                || length < blank + 3 || length > records.Length || records[length - 1] != '\n')
            {
                return null;
            }

            var record = records[(blank + 1)..(length - 1)];
            records = records[length..];
            var equals = record.IndexOf((byte)'=');
            if (equals < 1)
            {
                return null;
            }

            if (With(pax, record[..equals], record[(equals + 1)..]) is not { } next)
            {
                problem = $"its pax header has a {Encoding.UTF8.GetString(record[..equals])} that is refused";
                return null;
            }

            pax = next;
        }

        return pax;
    }

    private static PackagePax? With(PackagePax pax, ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> value)
    {
        if (keyword.SequenceEqual("path"u8))
        {
            return IsText(value) ? pax with { Path = Encoding.UTF8.GetString(value) } : null;
        }

        if (keyword.SequenceEqual("linkpath"u8))
        {
            return IsText(value) ? pax with { LinkPath = Encoding.UTF8.GetString(value) } : null;
        }

        if (keyword.SequenceEqual("size"u8))
        {
            return long.TryParse(value, out var size) && size is >= 0 and <= 1L << 62 ? pax with { Size = size } : null;
        }

        // Sparse files have a content that is not the bytes which follow (GNU tar, appendix "Sparse Formats").
        return keyword.StartsWith("GNU.sparse"u8) ? null : pax;
    }

    private static bool IsText(ReadOnlySpan<byte> value) => value.Length > 0 && Utf8.IsValid(value) && !value.Contains((byte)0);
}
