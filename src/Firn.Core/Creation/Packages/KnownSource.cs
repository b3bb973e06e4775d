using System.Collections.Immutable;
using System.Text.Json;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;

namespace Firn.Creation.Packages;

/// <summary>What a store knows of a wheel or a conda package whose bundle it has (docs/formats/source.md).</summary>
internal sealed record KnownSource
{
    public const string Schema = "firn.source/1";

    /// <summary>Whether it is a conda package, not a wheel.</summary>
    public bool IsConda { get; init; }

    /// <summary>The archive's file name.</summary>
    public required string FileName { get; init; }

    /// <summary>The digest of the archive.</summary>
    public required Sha256Digest Sha256 { get; init; }

    /// <summary>The same with MD5, in hexadecimal digits.</summary>
    public required string Md5 { get; init; }

    /// <summary>The archive's length in bytes.</summary>
    public required long ArchiveSize { get; init; }

    /// <summary>For which Python the bundle was made, for example <c>python3.11</c>; empty where it fits all.</summary>
    public required string Variant { get; init; }

    /// <summary>Of a wheel the canonical name, of a conda package its name.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required Sha256Digest Bundle { get; init; }

    /// <summary>Bytes of the bundle's files.</summary>
    public required long Size { get; init; }

    /// <summary>Files and links of the bundle.</summary>
    public required int FileCount { get; init; }

    /// <summary>Of a wheel: the name of its metadata folder.</summary>
    public string? Metadata { get; init; }

    /// <summary>Of a wheel: the launchers of its entry points.</summary>
    public ImmutableArray<ArchivedLauncher> Launchers { get; init; } = [];

    /// <summary>Of a wheel: what it needs, as its metadata says.</summary>
    public ImmutableArray<string> Requires { get; init; } = [];

    /// <summary>Of a wheel: the versions of Python that it takes, as its metadata says.</summary>
    public string? RequiresPython { get; init; }

    /// <summary>Of a wheel with headers: the name of the folder that the bundle has them in.</summary>
    public string? HeadersName { get; init; }

    /// <summary>Of a conda package: the build string.</summary>
    public string? Build { get; init; }

    /// <summary>Of a conda package: the object that is its record as composed at first.</summary>
    public Sha256Digest? Record { get; init; }

    /// <summary>Of a conda package: the scripts of its entry points, with tokens for the prefix.</summary>
    public ImmutableArray<ArchivedText> Scripts { get; init; } = [];

    /// <summary>Of a conda package: its link scripts, which are not run.</summary>
    public ImmutableArray<string> LinkScripts { get; init; } = [];

    /// <summary>What an archive document says of the package, whatever an installation adds.</summary>
    public ArchivedPackage ToPackage() => new()
    {
        Kind = IsConda ? ArchivedPackageKind.Conda : ArchivedPackageKind.Distribution,
        Name = Name,
        Version = Version,
        Bundle = Bundle,
        Size = Size,
        FileCount = FileCount,
    };
}

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
        ArchiveWriter.WriteLaunchers(json, source.Launchers);
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
    public static KnownSource? Read(ReadOnlyMemory<byte> bytes) =>
        JsonFields.TryRead(bytes, static root => root.Text("schema") == KnownSource.Schema ? Read(root) : null);

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
        RelativePath.IsSafe(path) ? path : throw new FormatException($"'{path}' is not a path in a prefix");

    private static bool IsName(string name) => RelativePath.IsSafe(name) && !name.Contains('/', StringComparison.Ordinal);
}
