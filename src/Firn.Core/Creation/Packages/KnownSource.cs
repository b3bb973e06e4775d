using System.Collections.Immutable;
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
    private const string Conda = "conda";
    private const string Wheel = "wheel";

    public static byte[] Write(KnownSource source) => JsonMembers.Write(KnownSource.Schema, source, Table);

    /// <summary>The source; <see langword="null"/> where the document is of another schema, or says nothing that can be used.</summary>
    public static KnownSource? Read(ReadOnlyMemory<byte> bytes) => JsonFields.TryRead(
        bytes, static root => root.Text("schema") == KnownSource.Schema ? JsonMembers.Read<KnownSource>(root, Table) : null);

    private static KnownSource Table(JsonMembers json, KnownSource? source) => new()
    {
        ArchiveSize = json.Number("archive_size", source?.ArchiveSize) ?? 0,
        Build = json.Text("build", source?.Build),
        Bundle = json.RequiredDigest("bundle", source?.Bundle),
        FileName = json.RequiredText("file_name", source?.FileName),
        FileCount = json.Count("files", source?.FileCount),
        HeadersName = json.Text("headers_name", source?.HeadersName),
        IsConda = json.Text("kind", source is null ? null : source.IsConda ? Conda : Wheel) == Conda,
        Launchers = json.Objects("launchers", source?.Launchers, ArchiveJson.Launcher),
        LinkScripts = json.Texts("link_scripts", source?.LinkScripts),
        Md5 = json.RequiredText("md5", source?.Md5),
        Metadata = json.Text("metadata", source?.Metadata) is { } metadata && IsName(metadata) ? metadata : null,
        Name = json.RequiredText("name", source?.Name),
        Record = json.CheckedDigest("record", source?.Record),
        Requires = json.Texts("requires", source?.Requires),
        RequiresPython = json.Text("requires_python", source?.RequiresPython),
        Scripts = json.Objects("scripts", source?.Scripts, Script),
        Sha256 = json.RequiredDigest("sha256", source?.Sha256),
        Size = json.Number("size", source?.Size) ?? 0,
        Variant = json.Text("variant", source?.Variant) ?? string.Empty,
        Version = json.RequiredText("version", source?.Version),
    };

    private static ArchivedText Script(JsonMembers json, ArchivedText? script) => new(
        Path: json.RequiredText("path", script?.Path, SafePath),
        Text: json.RequiredText("text", script?.Text),
        IsExecutable: true);

    /// <summary>Stores are copied between machines: what becomes a path is looked at again.</summary>
    private static string SafePath(string path) =>
        RelativePath.IsSafe(path) ? path : throw new FormatException($"'{path}' is not a path in a prefix");

    private static bool IsName(string name) => RelativePath.IsSafe(name) && !name.Contains('/', StringComparison.Ordinal);
}
