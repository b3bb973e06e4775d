using Firn.Common;
using Firn.Reports.Diagnosis;

namespace Firn.Cli.Output;

/// <summary>What <c>firn doctor</c> found, for people: by level, of each finding what it is, where, and what to do.</summary>
internal sealed class DiagnosisSummary(TextWriter output)
{
    private const int MaxPlaces = 8;

    public void Write(DiagnosisReport report)
    {
        var environment = report.Capture.Environment;
        WriteLine($"Environment  {environment.Prefix} ({report.Reason}), {(environment.HasPython ? $"Python {environment.PythonVersion}" : "no Python")}");
        WriteLevel(report, DiagnosisLevel.Error, "Errors");
        WriteLevel(report, DiagnosisLevel.Warning, "Warnings");
        WriteLevel(report, DiagnosisLevel.Info, "Good to know");
        output.WriteLine();
        WriteLine(Verdict(report));
        if (!report.NotCompared.IsEmpty)
        {
            output.WriteLine("Not looked at, since no record tells what it has to be:");
            foreach (var part in report.NotCompared)
            {
                WriteLine($"  {part.Message}");
            }

            FittedText.WriteWords(output, "    do: `firn capture ENVIRONMENT --archive -o CAPTURE` now, and `firn verify CAPTURE --read-data` compares all of it later", indent: 8);
        }
    }

    private void WriteLevel(DiagnosisReport report, DiagnosisLevel level, string title)
    {
        var count = report.Count(level);
        if (count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine($"{title} ({count})");
        foreach (var finding in report.Findings)
        {
            if (finding.Level == level)
            {
                Write(finding, report.Capture.Environment.Prefix);
            }
        }
    }

    private void Write(DiagnosisFinding finding, string prefix)
    {
        FittedText.WriteWords(output, $"  {finding.Code}: {finding.Message}", indent: 6);
        for (var i = 0; i < finding.Places.Length && i < MaxPlaces; i++)
        {
            var place = finding.Places[i];
            var path = place.Path.StartsWith(prefix + "/", StringComparison.Ordinal) ? place.Path[(prefix.Length + 1)..] : place.Path;
            var who = place.Package ?? (place.UsedBy.IsEmpty ? null : $"used by {string.Join(", ", place.UsedBy)}");
            WriteLine(who is null ? $"      {path}" : $"      {path}  ({who})");
        }

        if (finding.Places.Length > MaxPlaces)
        {
            output.WriteLine($"      {finding.Places.Length - MaxPlaces} more; --json lists all");
        }

        FittedText.WriteWords(output, $"    do: {finding.Advice}", indent: 8);
    }

    private static string Verdict(DiagnosisReport report)
    {
        if (report.Findings.IsEmpty)
        {
            return report.ReadsData ? "Nothing found; every file that a record lists was read." : "Nothing found.";
        }

        var errors = CountText.Of(report.Count(DiagnosisLevel.Error), "error");
        var warnings = CountText.Of(report.Count(DiagnosisLevel.Warning), "warning");
        return $"{errors}, {warnings}; docs/doctor.md explains each code";
    }

    private void WriteLine(string line) => output.WriteLine(TerminalText.Clean(line));
}
