using System.Globalization;

namespace Firn.Common;

/// <summary>Times in documents: UTC, ISO 8601, whole seconds, readable by every Python's <c>datetime.fromisoformat</c>.</summary>
public static class TimeText
{
    /// <summary>For example <c>2026-11-21T09:30:00+00:00</c>. By hand: the formatter's generic code is compiled at run time.</summary>
    public static string Of(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return string.Concat(
            string.Concat(Four(utc.Year), "-", Two(utc.Month), "-"),
            string.Concat(Two(utc.Day), "T", Two(utc.Hour), ":"),
            string.Concat(Two(utc.Minute), ":", Two(utc.Second), "+00:00"));
    }

    private static string Two(int number) => Padded(number, 2);

    private static string Four(int number) => Padded(number, 4);

    private static string Padded(int number, int width) =>
        number.ToString(CultureInfo.InvariantCulture).PadLeft(width, '0');
}
