using System.Text.Json;
using Firn.Captures.Archives;
using Firn.Common;

namespace Firn.Creation.Sources;

/// <summary>Reads and writes <c>firn.source/1</c>.</summary>
internal static class KnownSourceJson
{
    public static byte[] Write(KnownSource source)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", KnownSource.Schema);
        json.Number("archive_size", source.ArchiveSize);
        json.String("build", source.Build);
        json.String("bundle", source.Bundle.ToString());
        json.String("file_name", source.FileName);
        json.Number("files", source.FileCount);
        json.String("headers_name", source.HeadersName);
        json.String("kind", source.IsConda ? "conda" : "wheel");
        json.StartArray("launchers");
        foreach (var launcher in source.Launchers)
        {
            json.StartObject();
            json.String("body", launcher.Body);
            json.String("interpreter", launcher.Interpreter);
            json.String("path", launcher.Path);
            json.EndObject();
        }

        json.EndArray();
        json.Strings("link_scripts", source.LinkScripts);
        json.String("md5", source.Md5);
        json.String("metadata", source.Metadata);
        json.String("name", source.Name);
        json.String("record", source.Record?.ToString());
        json.Strings("requires", source.Requires);
        json.String("requires_python", source.RequiresPython);
        json.StartArray("scripts");
        foreach (var script in source.Scripts)
        {
            json.StartObject();
            json.String("path", script.Path);
            json.String("text", script.Text);
            json.EndObject();
        }

        json.EndArray();
        json.String("sha256", source.Sha256.ToString());
        json.Number("size", source.Size);
        json.String("variant", source.Variant);
        json.String("version", source.Version);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    /// <summary>The source; <see langword="null"/> where the document is of another schema, or says nothing that can be used.</summary>
    public static KnownSource? Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var root = document.RootElement;
            return root.Text("schema") == KnownSource.Schema ? Read(root) : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    private static KnownSource Read(JsonElement root) => new()
    {
        IsConda = root.Text("kind") == "conda",
        FileName = root.RequiredText("file_name"),
        Sha256 = Sha256Digest.Parse(root.RequiredText("sha256")),
        Md5 = root.RequiredText("md5"),
        ArchiveSize = root.Number("archive_size") ?? 0,
        Variant = root.Text("variant") ?? string.Empty,
        Name = root.RequiredText("name"),
        Version = root.RequiredText("version"),
        Bundle = Sha256Digest.Parse(root.RequiredText("bundle")),
        Size = root.Number("size") ?? 0,
        FileCount = root.Count("files"),
        Metadata = root.Text("metadata") is { } metadata && IsName(metadata) ? metadata : null,
        Launchers = root.Objects("launchers", static item => new ArchivedLauncher(
            SafePath(item.RequiredText("path")), item.Text("interpreter") is { } interpreter ? SafePath(interpreter) : null, item.RequiredText("body"))),
        Requires = root.Texts("requires"),
        RequiresPython = root.Text("requires_python"),
        HeadersName = root.Text("headers_name"),
        Build = root.Text("build"),
        Record = root.Text("record") is { } record ? Sha256Digest.Parse(record) : null,
        Scripts = root.Objects("scripts", static item => new ArchivedText(
            SafePath(item.RequiredText("path")), item.RequiredText("text"), IsExecutable: true)),
        LinkScripts = root.Texts("link_scripts"),
    };

    /// <summary>Stores are copied between machines: what becomes a path is looked at again.</summary>
    private static string SafePath(string path) =>
        RelativePath.IsSafe(path) ? path : throw new FormatException($"'{path}' is no path in a prefix");

    private static bool IsName(string name) => RelativePath.IsSafe(name) && !name.Contains('/', StringComparison.Ordinal);
}
