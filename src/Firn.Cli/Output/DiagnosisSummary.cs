using System.Collections.Immutable;
using Firn.Common;
using Firn.Reports.Diagnosis;
using Firn.Workflows.Images;

namespace Firn.Cli.Output;

/// <summary>What <c>firn doctor</c> found, for people: by level, of each finding what it is, where, and what to do.</summary>
internal sealed class DiagnosisSummary(TextWriter output)
{
    private const int MaxPlaces = 8;

    private static readonly (DiagnosisLevel Level, string Title)[] Levels =
        [(DiagnosisLevel.Error, "Errors"), (DiagnosisLevel.Warning, "Warnings"), (DiagnosisLevel.Info, "Good to know")];

    public void Write(DiagnosisReport report)
    {
        var environment = report.Capture.Environment;
        WriteLine($"Environment  {environment.Prefix} ({report.Reason}), {(environment.HasPython ? $"Python {environment.PythonVersion}" : "no Python")}");
        foreach (var (level, title) in Levels)
        {
            WriteLevel(report.Findings, level, title, environment.Prefix);
        }

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

    /// <summary>What the container engines of this machine can do.</summary>
    public void Write(ContainerDiagnosis report)
    {
        foreach (var engine in report.Engines)
        {
            Row(engine.Name, !engine.Works ? "does not work" : string.Join(", ", new[]
            {
                engine.Version,
                engine.ServerVersion is { } server ? $"daemon {server}" : null,
                engine.IsRootless ? "rootless" : null,
                $"builds by {engine.Builder}",
                engine.ComposeVersion is { } compose ? $"compose {compose}" : null,
            }.OfType<string>()));
            if (engine.Storage is { } storage)
            {
                Row(string.Empty, $"images in {storage}{(engine.Free is { } free ? $", {SizeText.Of(free)} free" : string.Empty)}");
            }
        }

        Row("GPUs", report.NvidiaDriver is { } driver
            ? $"{report.GpuCount}, NVIDIA driver {driver}, {(report.HasNvidiaToolkit ? "Container Toolkit" : "no Container Toolkit")}"
            : report.GpuCount > 0 ? $"{report.GpuCount}" : "none");
        foreach (var (level, title) in Levels)
        {
            WriteLevel(report.Findings, level, title, string.Empty);
        }

        output.WriteLine();
        WriteLine(report.Findings.IsEmpty ? "Nothing found." : "docs/doctor.md explains each code");

        void Row(string name, string text) => FittedText.WriteWords(output, $"{name,-8}  {text}", indent: 10);
    }

    private void WriteLevel(ImmutableArray<DiagnosisFinding> findings, DiagnosisLevel level, string title, string prefix)
    {
        var some = findings.Where(finding => finding.Level == level).ToList();
        if (some.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine($"{title} ({some.Count})");
        some.ForEach(finding => Write(finding, prefix));
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
