using Firn.Common;
using Firn.Common.Json;

namespace Firn.Storage.Records;

/// <summary>One archive of an environment, or a tombstone for one: what stands in its chain (docs/formats/store.md).</summary>
internal sealed record ArchivedRecord
{
    public const string Schema = "firn.archived/1";

    public required string EnvironmentId { get; init; }

    public required int Number { get; init; }

    /// <summary>The digest of the record before; <see langword="null"/> in the first.</summary>
    public Sha256Digest? Previous { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>The archive's document; <see langword="null"/> only in a tombstone.</summary>
    public Sha256Digest? Archive { get; init; }

    /// <summary>The capture's document; <see langword="null"/> only in a tombstone.</summary>
    public Sha256Digest? Capture { get; init; }

    /// <summary>Where the environment was; <see langword="null"/> only in a tombstone.</summary>
    public string? Prefix { get; init; }

    /// <summary>The number of the record that a tombstone takes out.</summary>
    public int? Forgets { get; init; }

    public ExtraMembers Extra { get; init; } = ExtraMembers.None;

    /// <summary>The tombstone that takes an archive out.</summary>
    public static ArchivedRecord Forgetting(ArchivedRecord archived, DateTimeOffset now) => new()
    {
        EnvironmentId = archived.EnvironmentId,
        Number = 0,
        Created = now,
        Forgets = archived.Number,
    };
}

/// <summary>Reads and writes archive records.</summary>
internal static class ArchivedRecordJson
{
    /// <summary>Reads a record; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="FirnException">It is damaged or a newer format's.</exception>
    public static ArchivedRecord Read(ReadOnlyMemory<byte> json, string path) =>
        RecordFields.Read<ArchivedRecord>(json, path, ArchivedRecord.Schema, Table);

    public static byte[] Write(ArchivedRecord record) => JsonMembers.Write(ArchivedRecord.Schema, record, Table);

    private static ArchivedRecord Table(JsonMembers json, ArchivedRecord? record)
    {
        var forgets = json.Source is { } root ? RecordFields.Forgets(root) : record!.Forgets;
        json.KeepUnknown(record?.Extra, "schema", "archive", "capture", "prefix");
        return new ArchivedRecord
        {
            Archive = forgets is null ? json.RecordDigest("archive", record?.Archive) : null,
            Capture = forgets is null ? json.RecordDigest("capture", record?.Capture) : null,
            Created = json.RequiredTime("created", record?.Created),
            EnvironmentId = json.EnvironmentId(record?.EnvironmentId),
            Forgets = (int?)json.Number("forgets", forgets),
            Number = json.Count("number", record?.Number),
            Prefix = forgets is null ? json.RequiredText("prefix", record?.Prefix) : null,
            Previous = json.Previous(record?.Previous),
            Extra = json.Extra(),
        };
    }
}
