using Firn.Common;

namespace Firn.Storage.Collection;

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
