using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Firn.EndToEnd.Support;

/// <summary>A run that somebody wrote into a store by hand, sealed as the format's page says.</summary>
internal static class ForgedRun
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Copies a run to another analysis of the same subject, changed.</summary>
    /// <param name="store">The store's folder.</param>
    /// <param name="from">The analysis, <c>SUBJECT/NAME</c>, whose first run is copied.</param>
    /// <param name="name">The name of the new analysis.</param>
    /// <param name="run">Changes run.json.</param>
    /// <param name="code">Changes the document of the code.</param>
    /// <param name="keepsCode">Whether the code's bytes stay; a record of an older firn has none.</param>
    /// <param name="files">Further files of the record, by their names.</param>
    public static void Write(
        string store, string from, string name, Action<JsonObject>? run = null, Action<JsonArray>? code = null,
        bool keepsCode = true, params (string Name, string Content)[] files)
    {
        var subject = from.Split('/')[0];
        var record = Read(Path.Join(store, "analyses", from, "000001.json"));
        record["name"] = name;
        record.Remove("sum");
        var resources = record["resources"]!.AsArray();
        foreach (var resource in resources.Where(resource => (string)resource!["name"]! == "run.json").ToArray())
        {
            var execution = Read(FileOf(store, (string)resource!["sha256"]!));
            execution["name"] = name;
            run?.Invoke(execution);
            resources.Remove(resource);
            resources.Add(Put(store, "run.json", Canonical(execution)));
        }

        if (!keepsCode)
        {
            record.Remove("code");
        }

        if (code is not null)
        {
            var document = Read(FileOf(store, ((string)record["code"]!)[7..]));
            code(document["files"]!.AsArray());
            record["code"] = "sha256:" + (string)Put(store, "code", Canonical(document))["sha256"]!;
        }

        foreach (var file in files)
        {
            resources.Add(Put(store, file.Name, Encoding.UTF8.GetBytes(file.Content)));
        }

        var sorted = resources.OrderBy(resource => (string)resource!["name"]!, StringComparer.Ordinal).ToArray();
        resources.Clear();
        foreach (var resource in sorted)
        {
            resources.Add(resource);
        }

        var sum = "sha256:" + Hex(Canonical(record));
        var folder = Path.Join(store, "analyses", subject, name);
        Directory.CreateDirectory(folder);
        var text = Encoding.UTF8.GetString(Canonical(record));
        File.WriteAllText(Path.Join(folder, "000001.json"), $"{text[..^3]},\n  \"sum\": \"{sum}\"\n}}\n");
    }

    private static JsonObject Put(string store, string name, byte[] content)
    {
        var hex = Hex(content);
        Directory.CreateDirectory(Path.GetDirectoryName(FileOf(store, hex))!);
        if (!File.Exists(FileOf(store, hex)))
        {
            File.WriteAllBytes(FileOf(store, hex), content);
        }

#pragma warning disable CA5351 // The format has it for asimov.
        return new JsonObject
        {
            ["md5"] = Convert.ToHexStringLower(MD5.HashData(content)),
            ["name"] = name,
            ["sha256"] = hex,
            ["size"] = content.Length,
            ["uuid"] = new string('0', 32),
        };
#pragma warning restore CA5351
    }

    private static byte[] Canonical(JsonObject document) =>
        Encoding.UTF8.GetBytes(((JsonObject)Sorted(document)!).ToJsonString(Indented) + "\n");

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members
            .OrderBy(member => member.Key == "schema" ? string.Empty : member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static JsonObject Read(string path) => JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();

    private static string FileOf(string store, string hex) => Path.Join(store, "files", "sha256", hex[..2], hex);

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
