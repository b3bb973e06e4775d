using System.Collections.Immutable;
using Firn.Common.Json;

namespace Firn.Storage.Collection;

/// <summary>What a collection removed from a store, or would remove.</summary>
public sealed record CollectionReport
{
    /// <summary>Whether nothing was removed, and the numbers are what would be.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>How many files of runs and captures.</summary>
    public int Objects { get; init; }

    /// <summary>How many bundles.</summary>
    public int Bundles { get; init; }

    /// <summary>How many documents on archives whose bundles have gone.</summary>
    public int Sources { get; init; }

    /// <summary>The bytes that they took on the disk.</summary>
    public long Bytes { get; init; }

    /// <summary>How many files that killed processes left.</summary>
    public int Temporaries { get; init; }

    /// <summary>The bytes of those.</summary>
    public long TemporaryBytes { get; init; }

    /// <summary>How many objects and bundles that nothing needs and that are younger than the grace period.</summary>
    public int Young { get; init; }

    /// <summary>The bytes of those.</summary>
    public long YoungBytes { get; init; }

    /// <summary>How many objects that a record named while the collection ran, or that are new again: they stay.</summary>
    public int PutBack { get; init; }

    /// <summary>Records that were lost, as <c>SUBJECT/NAME@N</c>: objects are removed only where that is accepted.</summary>
    public ImmutableArray<string> LostRecords { get; init; } = [];

    /// <summary>What could not be removed, a line each.</summary>
    public ImmutableArray<string> Failures { get; init; } = [];

    /// <summary>Writes the document <c>firn.gc/1</c>, UTF-8.</summary>
    public void WriteJson(Stream stream) => stream.Write(CollectionReportJson.Write(this));
}

/// <summary>Writes what a collection removed (<c>firn.gc/1</c>).</summary>
internal static class CollectionReportJson
{
    public const string Schema = "firn.gc/1";

    public static byte[] Write(CollectionReport report)
    {
        var json = CanonicalJsonWriter.Document(Schema);
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
        return json.Finish();
    }
}
