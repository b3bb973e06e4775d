using Firn.Common;

namespace Firn.Storage.Statistics;

/// <summary>Writes how much a store keeps (<c>firn.stats/1</c>).</summary>
internal static class StoreStatisticsJson
{
    public const string Schema = "firn.stats/1";

    public static byte[] Write(StoreStatistics statistics)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", Schema);
        json.Number("analyses", statistics.Analyses);
        json.Number("bundle_bytes", statistics.BundleBytes);
        json.Number("bundle_bytes_on_disk", statistics.BundleBytesOnDisk);
        json.Number("bundles", statistics.Bundles);
        json.Number("bytecode_bundles", statistics.BytecodeBundles);
        json.Number("bytes_on_disk", statistics.BytesOnDisk);
        json.Number("environment_bytes", statistics.EnvironmentBytes);
        json.Number("environments", statistics.Environments);
        json.StartArray("largest");
        foreach (var item in statistics.Largest)
        {
            json.StartObject();
            json.Number("bytes", item.Bytes);
            json.String("needed_by", item.NeededBy);
            json.String("path", item.Path);
            json.EndObject();
        }

        json.EndArray();
        json.Number("object_bytes", statistics.ObjectBytes);
        json.Number("objects", statistics.Objects);
        json.Number("quarantined_files", statistics.QuarantinedFiles);
        json.Number("record_bytes", statistics.RecordBytes);
        json.Number("runs", statistics.Runs);
        json.Number("shared_bytes", statistics.SharedBytes);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }
}
