using System.Collections.Immutable;
using System.Globalization;
using Firn.Common.Tar;

namespace Firn.Common.Bundles;

/// <summary>Firn's own pax records, there and back.</summary>
internal static class BundlePaxRecords
{
    private const string Text = "text ";
    private const string Binary = "binary ";

    /// <summary>The records of a member, sorted by keyword.</summary>
    public static ImmutableArray<PaxRecord> Compose(PrefixPlaceholder? placeholder, ImmutableArray<long> offsets)
    {
        if (placeholder is null && offsets.Length == 0)
        {
            return [];
        }

        var records = new List<PaxRecord>(2);
        if (placeholder is not null)
        {
            records.Add(new PaxRecord(
                BundleFormat.PlaceholderKeyword, (placeholder.IsBinary ? Binary : Text) + placeholder.Text));
        }

        if (offsets.Length > 0)
        {
            records.Add(new PaxRecord(BundleFormat.PrefixKeyword, string.Join(' ', offsets)));
        }

        return [.. records];
    }

    /// <summary>The member that an entry of the tar stands for.</summary>
    /// <exception cref="TarFormatException">A record is unknown or makes no sense.</exception>
    public static BundleEntry Read(TarEntry entry)
    {
        ImmutableArray<long> offsets = [];
        PrefixPlaceholder? placeholder = null;
        foreach (var record in entry.Records)
        {
            if (record.Keyword == BundleFormat.PrefixKeyword)
            {
                offsets = ReadOffsets(record.Value)
                    ?? throw new TarFormatException($"{entry.Path}: the offsets of the prefix are not a list of numbers");
            }
            else if (record.Keyword == BundleFormat.PlaceholderKeyword)
            {
                placeholder = ReadPlaceholder(record.Value)
                    ?? throw new TarFormatException($"{entry.Path}: its placeholder is neither text nor binary");
            }
            else
            {
                throw new TarFormatException($"{entry.Path}: unknown record {record.Keyword}");
            }
        }

        var kind = entry.Kind;
        return FindProblem(kind, entry.Size, placeholder, offsets) is { } problem
            ? throw new TarFormatException($"{entry.Path}: {problem}")
            : new BundleEntry
            {
                Path = entry.Path,
                Kind = kind,
                IsExecutable = entry.IsExecutable,
                LinkTarget = entry.LinkTarget,
                Size = entry.Size,
                PrefixOffsets = offsets,
                Placeholder = placeholder,
            };
    }

    /// <summary>What is wrong with a member's spots; <see langword="null"/> where nothing is.</summary>
    public static string? FindProblem(
        TarEntryKind kind, long size, PrefixPlaceholder? placeholder, ImmutableArray<long> offsets)
    {
        if (kind != TarEntryKind.File && (placeholder is not null || offsets.Length > 0))
        {
            return "it stands for the prefix and is not a file";
        }

        if (placeholder is not null && (placeholder.Text.Length == 0 || placeholder.Text.Contains('\0')))
        {
            return "its placeholder is empty or holds a NUL";
        }

        var free = 0L;
        foreach (var offset in offsets)
        {
            if (offset < free)
            {
                return "the offsets of the prefix are not ascending, or overlap";
            }

            free = offset + BundleFormat.PrefixToken.Length;
        }

        return free > size ? "an offset of the prefix lies beyond its end" : null;
    }

    private static ImmutableArray<long>? ReadOffsets(string value)
    {
        var offsets = ImmutableArray.CreateBuilder<long>();
        foreach (var part in value.Split(' '))
        {
            // One way to write a number: no sign, no leading zero.
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                || offset > long.MaxValue / 2 || (part[0] == '0' && part.Length > 1))
            {
                return null;
            }

            offsets.Add(offset);
        }

        return offsets.DrainToImmutable();
    }

    private static PrefixPlaceholder? ReadPlaceholder(string value) =>
        value.StartsWith(Binary, StringComparison.Ordinal) ? new PrefixPlaceholder(true, value[Binary.Length..])
        : value.StartsWith(Text, StringComparison.Ordinal) ? new PrefixPlaceholder(false, value[Text.Length..])
        : null;
}

/// <summary>The names that make up the format of bundles.</summary>
internal static class BundleFormat
{
    /// <summary>The schema of an index.</summary>
    public const string Schema = "firn.bundle/1";

    /// <summary>Stands for the prefix where <see cref="BundleMember.PrefixOffsets"/> point.</summary>
    public const string PrefixToken = "/@firn-prefix@";

    /// <summary>The pax record with the offsets, in decimal, one space between them.</summary>
    public const string PrefixKeyword = "FIRN.prefix";

    /// <summary>The pax record with a conda placeholder: <c>text</c> or <c>binary</c>, a space, the placeholder.</summary>
    public const string PlaceholderKeyword = "FIRN.placeholder";
}
