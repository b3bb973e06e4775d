using System.Text.Json;

namespace Firn.EndToEnd.Support;

/// <summary>What a store has of an archived environment, read without Firn.</summary>
internal sealed class StoredArchive
{
    private readonly string _store;

    public StoredArchive(string store, JsonElement report)
    {
        _store = store;
        Report = report;
        var hex = report.GetProperty("archive").GetString()!["sha256:".Length..];
        Document = JsonDocument.Parse(File.ReadAllBytes(Path.Join(store, "files", "sha256", hex[..2], hex))).RootElement;
    }

    public JsonElement Report { get; }

    public JsonElement Document { get; }

    public JsonElement Tree => Document.GetProperty("environment");

    public IEnumerable<JsonElement> Packages => Tree.GetProperty("packages").EnumerateArray();

    /// <summary>The bundles of the environment and of its base, by kind and name.</summary>
    public Dictionary<string, string> Bundles()
    {
        var bundles = new Dictionary<string, string>();
        foreach (var name in (string[])["environment", "base"])
        {
            if (Document.TryGetProperty(name, out var tree))
            {
                foreach (var package in tree.GetProperty("packages").EnumerateArray())
                {
                    bundles.Add($"{name} {package.GetProperty("kind")} {package.GetProperty("name")}", package.GetProperty("bundle").GetString()!);
                }
            }
        }

        return bundles;
    }

    /// <summary>The paths in a bundle, or in its bytecode.</summary>
    public IEnumerable<string> Members(JsonElement package, string? tag = null)
    {
        var index = JsonDocument.Parse(File.ReadAllBytes(PathOf(package, tag, ".json"))).RootElement;
        return index.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()!);
    }

    /// <summary>A file of a bundle in the store.</summary>
    public string PathOf(JsonElement package, string? tag, string ending)
    {
        var hex = package.GetProperty("bundle").GetString()!["sha256:".Length..];
        return Path.Join(_store, "bundles", "sha256", hex[..2], (tag is null ? hex : $"{hex}.{tag}") + ending);
    }
}
