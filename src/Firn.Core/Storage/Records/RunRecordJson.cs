using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;

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
            throw new FormatException(isTombstone ? "`forgets` is missing" : "`forgets` stands in a record that is not a tombstone");
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
                : throw new FormatException("`code` is not a digest"),
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

/// <summary>Reads and writes the environments of a run record.</summary>
internal static class RunEnvironmentJson
{
    private static readonly string[] Known = ["archive", "capture", "environment_id", "when"];

    public static void Write(CanonicalJsonWriter json, ImmutableArray<RunEnvironment> environments)
    {
        json.StartArray("environments");
        foreach (var environment in environments)
        {
            WriteOne(json, environment);
        }

        json.EndArray();
    }

    /// <exception cref="FormatException">A member is missing or wrong.</exception>
    public static ImmutableArray<RunEnvironment> Read(JsonElement root)
    {
        if (!root.TryGetProperty("environments", out var array) || array.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("`environments` is missing or no list");
        }

        var environments = ImmutableArray.CreateBuilder<RunEnvironment>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            environments.Add(ReadOne(item));
        }

        return environments.MoveToImmutable();
    }

    private static void WriteOne(CanonicalJsonWriter json, RunEnvironment environment)
    {
        var extra = 0;
        json.StartObject();
        environment.Extra.WriteBefore(json, ref extra, "archive");
        json.String("archive", environment.Archive?.ToString());
        environment.Extra.WriteBefore(json, ref extra, "capture");
        json.String("capture", environment.Capture?.ToString());
        environment.Extra.WriteBefore(json, ref extra, "environment_id");
        json.String("environment_id", environment.EnvironmentId);
        environment.Extra.WriteBefore(json, ref extra, "when");
        json.String("when", environment.When);
        environment.Extra.WriteBefore(json, ref extra, null);
        json.EndObject();
    }

    private static RunEnvironment ReadOne(JsonElement item)
    {
        var when = item.RequiredText("when");
        return when is RunEnvironment.AtBuild or RunEnvironment.AtRun
            ? new RunEnvironment(
                when, item.RequiredEnvironmentId(), item.OptionalDigest("capture"), item.OptionalDigest("archive"))
            {
                Extra = ExtraMembers.Of(item, Known),
            }
            : throw new FormatException($"`when` is {when}");
    }
}

/// <summary>Reads and writes the files of a run record.</summary>
internal static class RunResourceJson
{
    private const int Md5Digits = 32;
    private const int UuidDigits = 32;
    private static readonly string[] Known = ["md5", "name", "sha256", "size", "uuid"];

    public static void Write(CanonicalJsonWriter json, ImmutableArray<RunResource> resources)
    {
        json.StartArray("resources");
        foreach (var resource in resources)
        {
            WriteOne(json, resource);
        }

        json.EndArray();
    }

    /// <exception cref="FormatException">A member is missing or wrong, or two resources have one name.</exception>
    public static ImmutableArray<RunResource> Read(JsonElement root)
    {
        if (!root.TryGetProperty("resources", out var array) || array.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("`resources` is missing or no list");
        }

        var names = new ResourceNameSet();
        var resources = ImmutableArray.CreateBuilder<RunResource>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray())
        {
            var resource = ReadOne(item);
            if (names.Add(resource.Name) is { } refusal)
            {
                throw new FormatException($"the resource name '{resource.Name}' {refusal}");
            }

            resources.Add(resource);
        }

        return resources.MoveToImmutable();
    }

    private static void WriteOne(CanonicalJsonWriter json, RunResource resource)
    {
        var extra = 0;
        json.StartObject();
        resource.Extra.WriteBefore(json, ref extra, "md5");
        json.String("md5", resource.Md5);
        resource.Extra.WriteBefore(json, ref extra, "name");
        json.String("name", resource.Name);
        resource.Extra.WriteBefore(json, ref extra, "sha256");
        json.String("sha256", resource.Digest.Hex);
        resource.Extra.WriteBefore(json, ref extra, "size");
        json.Number("size", resource.Size);
        resource.Extra.WriteBefore(json, ref extra, "uuid");
        json.String("uuid", resource.Uuid);
        resource.Extra.WriteBefore(json, ref extra, null);
        json.EndObject();
    }

    private static RunResource ReadOne(JsonElement item)
    {
        var name = item.RequiredText("name");
        var size = item.Number("size");
        return size >= 0
            ? new RunResource(
                name, item.RequiredDigest("sha256"), Digits(item, "md5", Md5Digits), size.Value, Digits(item, "uuid", UuidDigits))
            {
                Extra = ExtraMembers.Of(item, Known),
            }
            : throw new FormatException($"the size of '{name}' is missing or no size");
    }

    private static string Digits(JsonElement item, string name, int count) =>
        item.RequiredText(name) is var text && text.Length == count && Hex.Parse(text) is not null
            ? text.ToLowerInvariant()
            : throw new FormatException($"`{name}` is not {count} hexadecimal digits");
}
