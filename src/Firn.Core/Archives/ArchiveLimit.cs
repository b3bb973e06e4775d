using System.Globalization;
using Firn.Common;

namespace Firn.Archives;

/// <summary>How many bytes an archive may read without being asked for: <c>FIRN_ARCHIVE_LIMIT</c>, or 2 GB.</summary>
internal static class ArchiveLimit
{
    public const string Variable = "FIRN_ARCHIVE_LIMIT";
    private const long Default = 2_000_000_000;

    private static readonly string[] Units = ["", "B", "KB", "MB", "GB", "TB", "KIB", "MIB", "GIB", "TIB"];

    private static readonly long[] Factors =
    [
        1, 1, 1000, 1000_000, 1000_000_000, 1000_000_000_000, 1L << 10, 1L << 20, 1L << 30, 1L << 40,
    ];

    /// <summary>The limit in bytes.</summary>
    /// <exception cref="FirnException">The variable holds no size.</exception>
    public static long Of(SystemContext systemContext) => systemContext.Variable(Variable) is not { } text
        ? Default
        : Parse(text) ?? throw new FirnException(
            $"{Variable} is `{text}`, which is not a size", "give a number of bytes, or one with a unit: 500MB, 2.5GB, 4GiB", FailureKind.InvalidRequest);

    /// <summary>Reads a number of bytes, or a number with a unit of 1000 (KB) or 1024 (KiB); <see langword="null"/> for any other text.</summary>
    public static long? Parse(string text)
    {
        var number = text.AsSpan().Trim();
        var end = 0;
        while (end < number.Length && (char.IsAsciiDigit(number[end]) || number[end] == '.'))
        {
            end++;
        }

        var unit = Array.IndexOf(Units, number[end..].Trim().ToString().ToUpperInvariant());
        return unit >= 0
            && decimal.TryParse(number[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value <= long.MaxValue / Factors[unit]
            ? (long)(value * Factors[unit])
            : null;
    }
}
