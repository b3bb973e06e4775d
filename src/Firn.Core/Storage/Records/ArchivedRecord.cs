using System.Text.Json;
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
    private static readonly string[] Known =
        ["schema", "archive", "capture", "created", "environment_id", "forgets", "number", "prefix", "previous"];

    /// <summary>Reads a record; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="FirnException">It is damaged or a newer format's.</exception>
    public static ArchivedRecord Read(ReadOnlyMemory<byte> json, string path) =>
        RecordFields.Parse(json, path, ArchivedRecord.Schema, ReadRecord);

    public static byte[] Write(ArchivedRecord record)
    {
        var json = new CanonicalJsonWriter();
        var extra = 0;
        json.StartObject();
        json.String("schema", ArchivedRecord.Schema);
        Before("archive");
        json.String("archive", record.Archive?.ToString());
        Before("capture");
        json.String("capture", record.Capture?.ToString());
        Before("created");
        json.String("created", TimeText.Of(record.Created));
        Before("environment_id");
        json.String("environment_id", record.EnvironmentId);
        Before("forgets");
        json.Number("forgets", record.Forgets);
        Before("number");
        json.Number("number", record.Number);
        Before("prefix");
        json.String("prefix", record.Prefix);
        Before("previous");
        json.String("previous", record.Previous?.ToString());
        Before(null);
        json.EndObject();
        return json.WrittenDocument.ToArray();

        void Before(string? name) => record.Extra.WriteBefore(json, ref extra, name);
    }

    private static ArchivedRecord ReadRecord(JsonElement root)
    {
        var number = root.RecordNumber();
        var forgets = root.RecordForgets(number);
        return new ArchivedRecord
        {
            EnvironmentId = root.RequiredEnvironmentId(),
            Number = number,
            Previous = root.RecordPrevious(number),
            Created = root.RecordCreated(),
            Forgets = forgets,
            Archive = forgets is null ? root.RequiredDigest("archive") : null,
            Capture = forgets is null ? root.RequiredDigest("capture") : null,
            Prefix = forgets is null ? root.RequiredText("prefix") : null,
            Extra = ExtraMembers.Of(root, Known),
        };
    }
}
