using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Firn.Archives.Documents;
using Firn.Captures.Documents;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Common.Json;
using Firn.Creation.Packages;
using Firn.Fuzz.Mutations;
using Firn.Runs.Code;
using Firn.Runs.Observation;
using Firn.Runs.Records;
using Firn.Storage;
using Firn.Storage.Records;
using Firn.Tests.Archives.Documents;
using Firn.Tests.Storage.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Documents;

/// <summary>Documents that one table writes and reads (decision 0029): what is read is written as it was.</summary>
public sealed class DocumentRoundTripTests
{
    private static readonly string Digest = Sha256Digest.Of("x"u8).ToString();

    /// <summary>
    /// Members that follow from others or are masked, and words of a list: what this puts there is not written.
    /// </summary>
    private static readonly HashSet<string> Derived =
        ["bundles", "environment_type", "execution ended", "kind", "mode", "objects", "owner", "path_style", "SNOW_TOKEN", "sum"];

    /// <summary>
    /// Members whose other value is written in another way: times, flags that stand only where they are set, and what derived
    /// members follow from.
    /// </summary>
    private static readonly HashSet<string> Formed =
    [
        "bundle", "bytecode", "created", "directory", "ended", "externally_managed", "preloaded", "record", "sha256", "started",
        "store id", "store name", "timestamp",
    ];

    public static TheoryData<string> Names => [.. Documents.Keys];

    private static Dictionary<string, (byte[] Full, Func<byte[], byte[]?> Again)> Documents { get; } = new()
    {
        ["archive"] = (ArchiveWriter.Write(ArchiveDocumentTests.Sample()), static bytes => ArchiveWriter.Write(ArchiveReader.Read(bytes))),
        ["archived"] = (ArchivedRecordJson.Write(SampleRecords.Archived), Archived),
        ["archived-tombstone"] = (ArchivedRecordJson.Write(SampleRecords.ArchivedTombstone), Archived),
        ["code"] = (Canonical(
            $$"""
            {"schema": "firn.code/1", "files": [{"kind": "executable", "path": "a", "sha256": "{{Digest[7..]}}", "size": 1},
             {"kind": "link", "path": "b", "target": "a"}], "left_out": [{"path": "c", "reason": "large"}], "objects": ["{{Digest}}"]}
            """), static bytes => CodeDocument.Read(bytes, "test").Write()),
        ["environment"] = (
            CaptureWriter.Write(FullCapture.Create()), static bytes => CaptureWriter.Write(CaptureReader.Read(bytes, "test").Capture)),
        ["execution"] = (
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Shipped("execution")).Replace(
                "  \"exit_code\": 0,\n",
                "  \"exit_code\": 0,\n  \"image\": {\n    \"id\": \"sha256:1\",\n    \"name\": \"lab/study:1\"\n  },\n")),
            static bytes => ExecutionWriter.Write(ExecutionReader.Read(bytes, "test"))),
        ["observation"] = (Shipped("observation"), static bytes => ObservationDocument.Write(ObservationDocument.Read(bytes, "test"))),
        ["restore"] = (Shipped("restore"), Restore),
        ["run"] = (RunRecordJson.Write(SampleRecords.Run), Run),
        ["run-state"] = (Shipped("run-state"), State),
        ["run-tombstone"] = (RunRecordJson.Write(SampleRecords.Tombstone), Run),
        ["source"] = (Canonical(
            $$"""
            {"schema": "firn.source/1", "archive_size": 5, "build": "py_0", "bundle": "{{Digest}}", "file_name": "a.conda", "files": 3,
             "headers_name": "a", "kind": "conda", "launchers": [{"body": "x", "interpreter": "bin/python", "path": "bin/a"}],
             "link_scripts": ["bin/.a-post-link.sh"], "md5": "0", "metadata": "a.dist-info", "name": "a", "record": "{{Digest}}",
             "requires": ["b"], "requires_python": ">=3", "scripts": [{"path": "bin/b", "text": "#!"}], "sha256": "{{Digest}}", "size": 7,
             "variant": "python3.11", "version": "1"}
            """), static bytes => KnownSourceJson.Read(bytes) is { } source ? KnownSourceJson.Write(source) : null),
        ["store"] = (
            StoreDescriptionJson.Write(new StoreDescription("id", "lab", DateTimeOffset.UnixEpoch)),
            static bytes => StoreDescriptionJson.Write(StoreDescriptionJson.Read(bytes, "test"))),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Full_document_is_written_as_it_was_read(string name)
    {
        var (full, again) = Documents[name];

        Assert.Equal(Encoding.UTF8.GetString(full), Encoding.UTF8.GetString(again(full)!));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_made_of_any_document_reads_to_the_same_bytes(string name)
    {
        var (full, again) = Documents[name];
        Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
        {
            var random = new FuzzRandom((ulong)seed, name, 0);
            var changed = full;
            for (var count = 1 + random.Below(4); count > 0; count--)
            {
                changed = JsonMutations.Apply(changed, random);
            }

            return Read(again, changed) is not { } written || written.AsSpan().SequenceEqual(again(written));
        }));
    }

    /// <summary>A store's records are written again by versions that do not know all their members: each object keeps those, in its place.</summary>
    [Theory]
    [InlineData("archived")]
    [InlineData("archived-tombstone")]
    [InlineData("run")]
    [InlineData("run-tombstone")]
    public void Members_of_a_later_version_are_written_in_their_place(string name)
    {
        var (full, again) = Documents[name];
        var objects = Objects(JsonNode.Parse(full)!).Count();
        Check.QuickThrowOnFailure(Prop.ForAll<NonNegativeInt, NonNegativeInt, NonNull<string>>((at, first, text) =>
        {
            var document = JsonNode.Parse(full)!;
            var changed = Objects(document).ElementAt(at.Get % objects);
            foreach (var (number, value) in new JsonNode?[] { text.Get, null, 1.5, new JsonArray(new JsonObject()) }.Index())
            {
                changed[$"{(char)('A' + ((first.Get + (number * 17)) % ('z' - 'A')))}{number}"] = value;
            }

            var written = Canonical(document.ToJsonString());
            return again(written).AsSpan().SequenceEqual(written);
        }));
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject members => [members, .. members.SelectMany(member => Objects(member.Value))],
        JsonArray items => items.SelectMany(Objects),
        _ => [],
    };

    /// <summary>A table names a member and, beside it, the property that is written: this finds one that is not that of the member.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Each_value_is_written_where_it_was_read(string name)
    {
        var (full, again) = Documents[name];
        var values = Values(JsonNode.Parse(full)!).Count();
        for (var at = 0; at < values; at++)
        {
            var document = JsonNode.Parse(full)!;
            var (member, change) = Values(document).ElementAt(at);
            change();
            var changed = Canonical(document.ToJsonString());
            if (Read(again, changed) is not { } written || Derived.Contains(member) || Derived.Contains($"{name} {member}"))
            {
                continue;
            }

            if (Formed.Contains(member) || Formed.Contains($"{name} {member}"))
            {
                Assert.NotEqual(Encoding.UTF8.GetString(full), Encoding.UTF8.GetString(written));
            }
            else
            {
                Assert.Equal(Encoding.UTF8.GetString(changed), Encoding.UTF8.GetString(written));
            }
        }
    }

    /// <summary>Each text, number and flag with the name of its member, and what puts another one in its place.</summary>
    private static IEnumerable<(string Member, Action Change)> Values(JsonNode node, string member = "")
    {
        switch (node)
        {
            case JsonObject members:
                return members.ToList().SelectMany(item => item.Value is { } value ? Values(value, item.Key) : []);
            case JsonArray items:
                return items.ToList().SelectMany(item => item is null ? [] : Values(item, member));
            default:
                return [(member, () => node.ReplaceWith(Other(node)))];
        }
    }

    /// <summary>Another value of the same form: of a digest another digest.</summary>
    private static JsonNode Other(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String when value.GetValue<string>() is { Length: > 0 } text => text[..^1] + (text[^1] == '1' ? '2' : '1'),
        JsonValueKind.String => "1",
        JsonValueKind.Number => value.GetValue<long>() + 1,
        var kind => kind == JsonValueKind.False,
    };

    private static byte[]? Read(Func<byte[], byte[]?> again, byte[] document)
    {
        try
        {
            return again(document);
        }
        catch (Exception exception) when (exception is FirnException or FormatException)
        {
            return null;
        }
    }

    private static byte[] Archived(byte[] bytes) => ArchivedRecordJson.Write(ArchivedRecordJson.Read(bytes, "test"));

    private static byte[] Run(byte[] bytes) => RunRecordJson.Write(RunRecordJson.Read(bytes, "test"));

    private static byte[]? Restore(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        folder.Write(RestoreNote.FileName, bytes);

        // A note is only ever written of files in their order, each once.
        return RestoreNote.Read(folder.Path, out _) is { } note
            ? (note with { Relocated = [.. note.Relocated.DistinctBy(file => file.Path).OrderBy(file => file.Path, StringComparer.Ordinal)] }).Write()
            : null;
    }

    private static byte[]? State(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        return RunState.Read(folder.Write("state.json", bytes))?.Write();
    }

    private static byte[] Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        return CanonicalJson.Write(document.RootElement);
    }

    private static byte[] Shipped(string name) => File.ReadAllBytes(
        Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "documents", name + "-1.json"));
}
