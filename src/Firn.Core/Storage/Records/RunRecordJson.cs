using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Storage.Records;

/// <summary>Reads and writes run records.</summary>
internal static class RunRecordJson
{
    private const int Md5Digits = 32;
    private const int UuidDigits = 32;
    private const string Succeeded = "succeeded";
    private const string Failed = "failed";

    /// <summary>The word for a status in documents and on the command line.</summary>
    public static string Word(RunStatus status) => status == RunStatus.Failed ? Failed : Succeeded;

    /// <summary>Reads a record; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="FirnException">It is damaged or a newer format's.</exception>
    public static RunRecord Read(ReadOnlyMemory<byte> json, string path) =>
        RecordFields.Read<RunRecord>(json, path, RunRecord.Schema, Table);

    public static byte[] Write(RunRecord record) => JsonMembers.Write(RunRecord.Schema, record, Table);

    private static RunRecord Table(JsonMembers json, RunRecord? record)
    {
        var isTombstone = json.Source is { } root ? IsTombstone(root) : record!.IsTombstone;
        json.KeepUnknown(record?.Extra, "schema", "code", "environments", "resources", "status");
        return new RunRecord
        {
            Code = isTombstone ? null : Code(json, record?.Code),
            Created = json.RequiredTime("created", record?.Created),
            Environments = isTombstone ? [] : json.OnlyObjects("environments", record?.Environments, Environment),
            Forgets = (int?)json.Number("forgets", record?.Forgets),
            Kind = json.RequiredText("kind", record?.Kind),
            Name = json.RequiredText("name", record?.Name),
            Number = json.Count("number", record?.Number),
            Previous = json.Previous(record?.Previous),
            Project = Project(json, record?.Project),
            Resources = isTombstone ? [] : Resources(json, record?.Resources),
            Status = isTombstone ? RunStatus.Succeeded : Status(json, record?.Status),
            Subject = json.RequiredText("subject", record?.Subject),
            Extra = json.Extra(),
        };
    }

    private static bool IsTombstone(JsonElement root)
    {
        var isTombstone = root.RequiredText("kind") == RunKinds.Tombstone;
        return (RecordFields.Forgets(root) is not null) == isTombstone
            ? isTombstone
            : throw new FormatException(
                isTombstone ? "`forgets` is missing" : "`forgets` stands in a record that is not a tombstone");
    }

    private static Sha256Digest? Code(JsonMembers json, Sha256Digest? code) =>
        json.Text("code", code?.ToString()) is not { } text ? null
        : Sha256Digest.TryParse(text, out var digest) ? digest
        : throw new FormatException("`code` is not a digest");

    private static RunProject? Project(JsonMembers json, RunProject? project)
    {
        var folder = json.Text("project_folder", project?.Folder);
        var repository = json.Text("project_repository", project?.Repository);
        return folder is not null ? new RunProject(folder, repository)
            : repository is null ? null
            : throw new FormatException("`project_repository` stands without `project_folder`");
    }

    private static RunStatus Status(JsonMembers json, RunStatus? status) =>
        json.RequiredText("status", status is { } known ? Word(known) : null) switch
        {
            Succeeded => RunStatus.Succeeded,
            Failed => RunStatus.Failed,
            var other => throw new FormatException($"`status` is {other}"),
        };

    public static RunEnvironment Environment(JsonMembers json, RunEnvironment? environment)
    {
        json.KeepUnknown(environment?.Extra);
        return new RunEnvironment(
            Archive: json.OptionalDigest("archive", environment?.Archive),
            Capture: json.OptionalDigest("capture", environment?.Capture),
            EnvironmentId: json.EnvironmentId(environment?.EnvironmentId),
            When: json.RequiredText("when", environment?.When, static when =>
                when is RunEnvironment.AtBuild or RunEnvironment.AtRun ? when : throw new FormatException($"`when` is {when}")))
        {
            Extra = json.Extra(),
        };
    }

    /// <exception cref="FormatException">Two of those that are read cannot lie beside each other.</exception>
    private static ImmutableArray<RunResource> Resources(JsonMembers json, ImmutableArray<RunResource>? values)
    {
        var resources = json.OnlyObjects("resources", values, Resource);
        var names = new ResourceNameSet();
        foreach (var resource in json.Source is null ? [] : resources)
        {
            if (names.Add(resource.Name) is { } refusal)
            {
                throw new FormatException($"the resource name '{resource.Name}' {refusal}");
            }
        }

        return resources;
    }

    public static RunResource Resource(JsonMembers json, RunResource? resource)
    {
        json.KeepUnknown(resource?.Extra);
        return new RunResource(
            Md5: json.RequiredText("md5", resource?.Md5, static text => Digits("md5", text, Md5Digits)),
            Name: json.RequiredText("name", resource?.Name),
            Digest: json.RecordHexDigest("sha256", resource?.Digest),
            Size: json.Number("size", resource?.Size) is >= 0 and var size ? size
                : throw new FormatException($"the size of '{json.Source?.Text("name")}' is missing or no size"),
            Uuid: json.RequiredText("uuid", resource?.Uuid, static text => Digits("uuid", text, UuidDigits)))
        {
            Extra = json.Extra(),
        };
    }

    private static string Digits(string name, string text, int count) =>
        text.Length == count && Hex.Parse(text) is not null
            ? text.ToLowerInvariant()
            : throw new FormatException($"`{name}` is not {count} hexadecimal digits");
}
