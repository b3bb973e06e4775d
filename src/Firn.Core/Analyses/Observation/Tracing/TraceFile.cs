using System.Globalization;
using System.Text;
using Firn.Common;

namespace Firn.Analyses.Observation.Tracing;

/// <summary>
/// What a tracer tells the firn that started it, a line each in the folder of the reports: <c>X</c> a Python that was
/// executed, <c>L</c> what it had mapped at its end, <c>R</c> that the system refuses tracing.
/// </summary>
internal static class TraceFile
{
    private const int Limit = 256 * 1024 * 1024;

    public static string PathIn(string reportFolder) => Path.Join(reportFolder, "trace");

    /// <summary>One line of fields between tabs, as the shim writes them.</summary>
    public static byte[] Line(params ReadOnlySpan<string> fields)
    {
        var line = new StringBuilder();
        foreach (var field in fields)
        {
            line.Append(line.Length == 0 ? string.Empty : "\t").Append(field
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal)
                .Replace("\r", "\\r", StringComparison.Ordinal)
                .Replace("\t", "\\t", StringComparison.Ordinal));
        }

        return Encoding.UTF8.GetBytes(line.Append('\n').ToString());
    }

    /// <summary>The Python processes that were traced; <see langword="null"/> where there was no tracing.</summary>
    public static List<SeenProcess>? Read(string reportFolder)
    {
        var content = BoundedFile.Read(PathIn(reportFolder), Limit);
        if (content.Status is not (FileReadStatus.Read or FileReadStatus.TooLarge))
        {
            return null;
        }

        var seen = new List<SeenProcess>();
        var last = new Dictionary<int, SeenProcess>();
        foreach (var line in new TextLines(Encoding.UTF8.GetString(content.Bytes)))
        {
            var fields = line.ToString().Split('\t');
            switch (fields)
            {
                case ["R"]:
                    return null;
                case ["X", var id, var executable, var why, var runsNothing] when Number(id) is { } process:
                    last[process] = Process(process, executable, why, runsNothing);
                    seen.Add(last[process]);
                    break;
                case ["L", var id, var path] when Number(id) is { } process:
                    last.GetValueOrDefault(process)?.Libraries.Add(ReportReader.Value(path));
                    break;
                default:
                    break;
            }
        }

        return seen;
    }

    private static SeenProcess Process(int id, string executable, string why, string runsNothing) => new()
    {
        ProcessId = id,
        StartTime = 0,
        ArgumentsAt = 0,
        Executable = ReportReader.Value(executable),
        Why = why.Length == 0 ? null : ReportReader.Value(why),
        RunsNothing = runsNothing.Length > 0,
        IsPython = true,
    };

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
