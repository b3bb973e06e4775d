using System.Collections.Immutable;
using Firn.Common.Json;

namespace Firn.Storage.Checks;

/// <summary>What a check of a store came to.</summary>
public sealed record CheckReport
{
    /// <summary>The store's folder, absolute.</summary>
    public required string Store { get; init; }

    /// <summary>Damage first, then by path.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>Whether every byte was read.</summary>
    public required bool ReadData { get; init; }

    /// <summary>How many files of runs and documents the store holds.</summary>
    public int Objects { get; init; }

    /// <summary>How many bundles it holds.</summary>
    public int Bundles { get; init; }

    /// <summary>How many records of runs and archives it holds.</summary>
    public int Records { get; init; }

    /// <summary>Bytes that were read and digested.</summary>
    public long BytesRead { get; init; }

    /// <summary>Files that an earlier repair put aside.</summary>
    public int QuarantinedFiles { get; init; }

    /// <summary>Whether something is missing or wrong, and not only left over.</summary>
    public bool HasDamage => Count(FindingLevel.Damage) > 0;

    /// <summary>How many findings are of a level.</summary>
    public int Count(FindingLevel level)
    {
        var count = 0;
        foreach (var finding in Findings)
        {
            count += finding.Kind.Level == level ? 1 : 0;
        }

        return count;
    }

    /// <summary>Writes the document <c>firn.check/1</c>, UTF-8.</summary>
    public void WriteJson(Stream stream) => stream.Write(CheckReportJson.Write(this));
}

/// <summary>Writes what a check found (<c>firn.check/1</c>).</summary>
internal static class CheckReportJson
{
    public const string Schema = "firn.check/1";

    public static byte[] Write(CheckReport report)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.Number("bundles", report.Bundles);
        json.Number("bytes_read", report.BytesRead);
        json.Boolean("damaged", report.HasDamage);
        json.Objects("findings", report.Findings, finding =>
        {
            json.String("code", finding.Kind.Code);
            json.String("level", finding.Kind.Level == FindingLevel.Damage ? "damage" : "warning");
            json.String("message", finding.Message);
            json.String("path", finding.Path);
            json.String("repair", finding.Repair(report.Store));
        });
        json.Number("objects", report.Objects);
        json.Number("quarantined_files", report.QuarantinedFiles);
        json.Boolean("read_data", report.ReadData);
        json.Number("records", report.Records);
        json.String("store", report.Store);
        return json.Finish();
    }
}
