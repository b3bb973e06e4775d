using System.Globalization;

namespace Firn.Host;

/// <summary>The kernel's lists of processors: <c>0-3,8</c> (cpuset(7), "List format").</summary>
internal static class CpuList
{
    private const int MostProcessors = 1_000_000;

    /// <summary>How many processors the list names, or <see langword="null"/> where it is no list.</summary>
    public static int? Count(ReadOnlySpan<char> list)
    {
        var count = 0;
        foreach (var range in list.Split(','))
        {
            var part = list[range].Trim();
            var dash = part.IndexOf('-');
            var first = Number(dash < 0 ? part : part[..dash]);
            var last = dash < 0 ? first : Number(part[(dash + 1)..]);
            if (first is not { } from || last is not { } to || to < from)
            {
                return null;
            }

            count = Math.Min(MostProcessors, count + to - from + 1);
        }

        return count;
    }

    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MostProcessors
            ? number
            : null;
}
