using System.Text;
using System.Text.Unicode;

namespace Firn.Conda.Archives;

/// <summary>What a pax header changes of the member behind it (POSIX.1-2001, pax interchange format).</summary>
internal sealed record ArchivePax
{
    public static readonly ArchivePax None = new();

    public string? Path { get; init; }

    public string? LinkPath { get; init; }

    public long? Size { get; init; }

    /// <summary>Reads the records; <see langword="null"/> with what is wrong with them.</summary>
    public static ArchivePax? Read(ReadOnlySpan<byte> records, out string problem)
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

    private static ArchivePax? With(ArchivePax pax, ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> value)
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
