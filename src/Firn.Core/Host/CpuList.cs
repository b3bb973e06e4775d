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
        while (true)
        {
            var comma = list.IndexOf(',');
            var part = (comma < 0 ? list : list[..comma]).Trim();
            var dash = part.IndexOf('-');
            var first = Number(dash < 0 ? part : part[..dash]);
            var last = dash < 0 ? first : Number(part[(dash + 1)..]);
            if (first is not { } from || last is not { } to || to < from)
            {
                return null;
            }

            count = Math.Min(MostProcessors, count + to - from + 1);
            if (comma < 0)
            {
                return count;
            }

            list = list[(comma + 1)..];
        }
    }

    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MostProcessors
            ? number
            : null;
}
