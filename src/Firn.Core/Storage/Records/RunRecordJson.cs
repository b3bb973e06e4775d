using System.Text.Json;
using Firn.Common;

namespace Firn.Storage.Records;

/// <summary>Reads and writes run records.</summary>
internal static class RunRecordJson
{
    private const string Succeeded = "succeeded";
    private const string Failed = "failed";

    private static readonly string[] Known =
    [
        "schema", "code", "created", "environments", "forgets", "kind", "name", "number", "previous", "project_folder",
        "project_repository", "resources", "status", "subject",
    ];

    /// <summary>The word for a status in documents and on the command line.</summary>
    public static string Word(RunStatus status) => status == RunStatus.Failed ? Failed : Succeeded;

    /// <summary>Reads a record; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="FirnException">It is damaged or a newer format's.</exception>
    public static RunRecord Read(ReadOnlyMemory<byte> json, string path) =>
        RecordFields.Parse(json, path, RunRecord.Schema, ReadRecord);

    public static byte[] Write(RunRecord record)
    {
        var json = new CanonicalJsonWriter();
        var extra = 0;
        json.StartObject();
        json.String("schema", RunRecord.Schema);
        Before("code");
        json.String("code", record.Code?.ToString());
        Before("created");
        json.String("created", TimeText.Of(record.Created));
        Before("environments");
        if (!record.IsTombstone)
        {
            RunEnvironmentJson.Write(json, record.Environments);
        }

        Before("forgets");
        json.Number("forgets", record.Forgets);
        Before("kind");
        json.String("kind", record.Kind);
        Before("name");
        json.String("name", record.Name);
        Before("number");
        json.Number("number", record.Number);
        Before("previous");
        json.String("previous", record.Previous?.ToString());
        Before("project_folder");
        json.String("project_folder", record.Project?.Folder);
        Before("project_repository");
        json.String("project_repository", record.Project?.Repository);
        Before("resources");
        if (!record.IsTombstone)
        {
            RunResourceJson.Write(json, record.Resources);
        }

        Before("status");
        json.String("status", record.IsTombstone ? null : Word(record.Status));
        Before("subject");
        json.String("subject", record.Subject);
        Before(null);
        json.EndObject();
        return json.WrittenDocument.ToArray();

        void Before(string? name) => record.Extra.WriteBefore(json, ref extra, name);
    }

    private static RunRecord ReadRecord(JsonElement root)
    {
        var number = root.RecordNumber();
        var kind = root.RequiredText("kind");
        var isTombstone = kind == RunKinds.Tombstone;
        var forgets = root.RecordForgets(number);
        if ((forgets is not null) != isTombstone)
        {
            throw new FormatException(isTombstone ? "`forgets` is missing" : "`forgets` stands in a record that is no tombstone");
        }

        return new RunRecord
        {
            Subject = root.RequiredText("subject"),
            Name = root.RequiredText("name"),
            Number = number,
            Previous = root.RecordPrevious(number),
            Created = root.RecordCreated(),
            Kind = kind,
            Status = isTombstone ? RunStatus.Succeeded : ReadStatus(root),
            Forgets = forgets,
            Resources = isTombstone ? [] : RunResourceJson.Read(root),
            Code = isTombstone || root.Text("code") is not { } code ? null
                : Sha256Digest.TryParse(code, out var digest) ? digest
                : throw new FormatException("`code` is no digest"),
            Environments = isTombstone ? [] : RunEnvironmentJson.Read(root),
            Project = ReadProject(root),
            Extra = ExtraMembers.Of(root, Known),
        };
    }

    private static RunProject? ReadProject(JsonElement root)
    {
        var repository = root.Text("project_repository");
        return root.Text("project_folder") is { } folder ? new RunProject(folder, repository)
            : repository is null ? null
            : throw new FormatException("`project_repository` stands without `project_folder`");
    }

    private static RunStatus ReadStatus(JsonElement root) => root.RequiredText("status") switch
    {
        Succeeded => RunStatus.Succeeded,
        Failed => RunStatus.Failed,
        var other => throw new FormatException($"`status` is {other}"),
    };
}
