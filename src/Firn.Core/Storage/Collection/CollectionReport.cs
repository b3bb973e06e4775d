using System.Collections.Immutable;
using Firn.Common.Json;

namespace Firn.Storage.Collection;

/// <summary>What a collection removed, or would remove.</summary>
internal sealed record CollectionReport
{
    public required bool IsDryRun { get; init; }

    /// <summary>Files and captures.</summary>
    public int Objects { get; init; }

    public int Bundles { get; init; }

    /// <summary>Documents on archives whose bundles have gone.</summary>
    public int Sources { get; init; }

    /// <summary>What they took on the disk.</summary>
    public long Bytes { get; init; }

    /// <summary>What killed processes left.</summary>
    public int Temporaries { get; init; }

    public long TemporaryBytes { get; init; }

    /// <summary>Objects and bundles that nothing needs and that are younger than the grace period.</summary>
    public int Young { get; init; }

    public long YoungBytes { get; init; }

    /// <summary>Objects that a record named while the collection ran, or that are new again: they stay.</summary>
    public int PutBack { get; init; }

    /// <summary>Records that were lost, as <c>SUBJECT/NAME@N</c>: objects are removed only where that is accepted.</summary>
    public ImmutableArray<string> LostRecords { get; init; } = [];

    /// <summary>What could not be removed, a line each.</summary>
    public ImmutableArray<string> Failures { get; init; } = [];
}

/// <summary>Writes what a collection removed (<c>firn.gc/1</c>).</summary>
internal static class CollectionReportJson
{
    public const string Schema = "firn.gc/1";

    public static byte[] Write(CollectionReport report)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.Number("bundles", report.Bundles);
        json.Number("bytes", report.Bytes);
        json.Boolean("dry_run", report.IsDryRun);
        json.Strings("failures", report.Failures);
        json.Strings("lost_records", report.LostRecords);
        json.Number("objects", report.Objects);
        json.Number("put_back", report.PutBack);
        json.Number("sources", report.Sources);
        json.Number("temporary_bytes", report.TemporaryBytes);
        json.Number("temporary_files", report.Temporaries);
        json.Number("young", report.Young);
        json.Number("young_bytes", report.YoungBytes);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }
}
