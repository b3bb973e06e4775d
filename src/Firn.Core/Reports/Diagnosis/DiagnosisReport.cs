using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Captures.Verification;
using Firn.Common.Json;

namespace Firn.Reports.Diagnosis;

/// <summary>What <c>firn doctor</c> found.</summary>
public sealed record DiagnosisReport
{
    /// <summary>The environment as it is.</summary>
    public required Capture Capture { get; init; }

    /// <summary>Why it is this environment.</summary>
    public required string Reason { get; init; }

    /// <summary>The findings, the worst first, then by code.</summary>
    public required ImmutableArray<DiagnosisFinding> Findings { get; init; }

    /// <summary>Whether every file was read, or only its size looked at.</summary>
    public required bool ReadsData { get; init; }

    /// <summary>What was not compared, since no record tells what it has to be; only where the files were read.</summary>
    public ImmutableArray<UncomparedPart> NotCompared { get; init; } = [];

    /// <summary>How many findings are of the level.</summary>
    public int Count(DiagnosisLevel level)
    {
        var count = 0;
        foreach (var finding in Findings)
        {
            count += finding.Level == level ? 1 : 0;
        }

        return count;
    }

    /// <summary>Writes it as a document, <c>firn.doctor/1</c>.</summary>
    public void WriteJson(Stream stream) => stream.Write(DiagnosisWriter.Write(this));
}

/// <summary>Writes the document of <c>firn doctor --json</c> (docs/formats/doctor.md).</summary>
internal static class DiagnosisWriter
{
    public const string Schema = "firn.doctor/1";

    public static byte[] Write(DiagnosisReport report)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.StartObject("counts");
        json.Number("error", report.Count(DiagnosisLevel.Error));
        json.Number("info", report.Count(DiagnosisLevel.Info));
        json.Number("warning", report.Count(DiagnosisLevel.Warning));
        json.EndObject();
        json.String("environment_id", report.Capture.EnvironmentId);
        json.StartArray("findings");
        foreach (var finding in report.Findings)
        {
            Write(json, finding);
        }

        json.EndArray();
        json.Objects("not_compared", report.NotCompared, part =>
        {
            json.String("code", part.Code);
            json.Number("files", part.Count);
            json.String("message", part.Message);
        });
        json.String("platform", report.Capture.Platform);
        json.String("prefix", report.Capture.Environment.Prefix);
        json.String("python_version", report.Capture.Environment.PythonVersion);
        json.Boolean("read_data", report.ReadsData);
        json.String("reason", report.Reason);
        return json.Finish();
    }

    /// <summary>The level as the document has it.</summary>
    public static string Word(DiagnosisLevel level) => level switch
    {
        DiagnosisLevel.Error => "error",
        DiagnosisLevel.Warning => "warning",
        _ => "info",
    };

    private static void Write(CanonicalJsonWriter json, DiagnosisFinding finding)
    {
        json.StartObject();
        json.String("advice", finding.Advice);
        json.String("code", finding.Code);
        json.String("level", Word(finding.Level));
        json.String("message", finding.Message);
        json.Strings("packages", finding.Packages);
        json.String("page", finding.Page);
        json.Objects("places", finding.Places, place =>
        {
            json.String("package", place.Package);
            json.String("path", place.Path);
            if (!place.UsedBy.IsEmpty)
            {
                json.Strings("used_by", place.UsedBy);
            }
        });
        json.EndObject();
    }
}
