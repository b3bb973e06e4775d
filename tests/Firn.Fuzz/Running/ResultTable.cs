using System.Globalization;
using System.Text;

namespace Firn.Fuzz.Running;

/// <summary>The table that a run ends with, as docs/fuzzing.md has it.</summary>
internal static class ResultTable
{
    public static string Write(IReadOnlyList<TargetResult> results)
    {
        var text = new StringBuilder();
        text.Append("| target | inputs | inputs/s | slowest ms | largest allocation KiB | failures |\n");
        text.Append("|---|--:|--:|--:|--:|--:|\n");
        long inputs = 0;
        var time = TimeSpan.Zero;
        foreach (var result in results)
        {
            inputs += result.Inputs;
            time += result.Time;
            Row(text, result.Target, result.Inputs, result.Time);
            text.Append(
                CultureInfo.InvariantCulture,
                $" {result.Slowest.TotalMilliseconds:F1} | {result.LargestAllocation / 1024} | {result.Failures.Length} |\n");
        }

        Row(text, "all", inputs, time);
        return text.Append(" | | |\n").ToString();
    }

    private static void Row(StringBuilder text, string name, long inputs, TimeSpan time) => text.Append(
        CultureInfo.InvariantCulture,
        $"| {name} | {inputs} | {inputs / Math.Max(time.TotalSeconds, 0.001):F0} |");
}
