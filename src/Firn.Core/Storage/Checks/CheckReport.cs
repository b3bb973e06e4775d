using System.Collections.Immutable;
using Firn.Common.Json;

namespace Firn.Storage.Checks;

/// <summary>What a check came to.</summary>
internal sealed record CheckReport
{
    /// <summary>Damage first, then by path.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>Whether every byte was read.</summary>
    public required bool ReadData { get; init; }

    public int Objects { get; init; }

    public int Bundles { get; init; }

    public int Records { get; init; }

    /// <summary>Bytes that were read and digested.</summary>
    public long BytesRead { get; init; }

    /// <summary>Files that an earlier repair put aside.</summary>
    public int QuarantinedFiles { get; init; }

    public bool HasDamage => Count(FindingLevel.Damage) > 0;

    public int Count(FindingLevel level)
    {
        var count = 0;
        foreach (var finding in Findings)
        {
            count += finding.Kind.Level == level ? 1 : 0;
        }

        return count;
    }
}

/// <summary>Writes what a check found (<c>firn.check/1</c>).</summary>
internal static class CheckReportJson
{
    public const string Schema = "firn.check/1";

    /// <summary>The word for a level in documents and messages.</summary>
    public static string Word(FindingLevel level) => level == FindingLevel.Damage ? "damage" : "warning";

    public static byte[] Write(CheckReport report, string store)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.Number("bundles", report.Bundles);
        json.Number("bytes_read", report.BytesRead);
        json.Boolean("damaged", report.HasDamage);
        json.StartArray("findings");
        foreach (var finding in report.Findings)
        {
            json.StartObject();
            json.String("code", finding.Kind.Code);
            json.String("level", Word(finding.Kind.Level));
            json.String("message", finding.Message);
            json.String("path", finding.Path);
            json.String("repair", finding.Repair(store));
            json.EndObject();
        }

        json.EndArray();
        json.Number("objects", report.Objects);
        json.Number("quarantined_files", report.QuarantinedFiles);
        json.Boolean("read_data", report.ReadData);
        json.Number("records", report.Records);
        json.String("store", store);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }
}
