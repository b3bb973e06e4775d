using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;

namespace Firn.Archives.Documents;

/// <summary>Reads archive documents.</summary>
internal static class ArchiveReader
{
    /// <summary>The largest document that is read, in bytes.</summary>
    public const int Limit = 256 * 1024 * 1024;

    /// <summary>Reads a document.</summary>
    /// <exception cref="FormatException">It is not an archive document, or it names a path that leads elsewhere.</exception>
    public static ArchiveDocument Read(ReadOnlyMemory<byte> json) => JsonFields.Read(json, Read);

    private static ArchiveDocument Read(JsonElement root) => root.Text("schema") is ArchiveDocument.Schema
        ? JsonMembers.Read<ArchiveDocument>(root, ArchiveJson.Table)
        : throw new FormatException($"its schema is {root.Text("schema") ?? "missing"}, not {ArchiveDocument.Schema}");
}

/// <summary>Writes the archive document (docs/formats/archive.md).</summary>
internal static class ArchiveWriter
{
    /// <summary>The document's bytes, in canonical form.</summary>
    public static byte[] Write(ArchiveDocument archive) => JsonMembers.Write(ArchiveDocument.Schema, archive, ArchiveJson.Table);
}

/// <summary>
/// An archive in a document. Every path that is read is checked: relative, below the prefix, without dot segments, so that
/// a restore can join it.
/// </summary>
internal static class ArchiveJson
{
    public static ArchiveDocument Table(JsonMembers json, ArchiveDocument? archive) => new()
    {
        Base = json.Object("base", archive?.Base, Tree),
        Environment = json.Derived("bundles", archive?.Bundles.Select(static digest => digest.ToString()))
            .RequiredObject("environment", archive?.Environment, Tree),
        EnvironmentId = json.RequiredText("environment_id", archive?.EnvironmentId),
        LeftOut = json.Objects("left_out", archive?.LeftOut, LeftOut),
        Platform = json.Derived("objects", archive?.Objects.Select(static digest => digest.ToString()))
            .RequiredText("platform", archive?.Platform),
    };

    /// <summary>What is not in an archive.</summary>
    public static SkippedFile LeftOut(JsonMembers json, SkippedFile? file) => new(
        IsMissed: json.Mark("missed", file?.IsMissed),
        Path: json.RequiredText("path", file?.Path),
        Reason: json.Text("reason", file?.Reason) ?? string.Empty);

    /// <summary>A script that installers make.</summary>
    public static ArchivedLauncher Launcher(JsonMembers json, ArchivedLauncher? launcher) => new(
        Body: json.RequiredText("body", launcher?.Body),
        Interpreter: json.Text("interpreter", launcher?.Interpreter, Checked),
        Path: json.RequiredText("path", launcher?.Path, Checked));

    private static ArchivedTree Tree(JsonMembers json, ArchivedTree? tree) => new()
    {
        BaseExecutable = json.Text("base_executable", tree?.BaseExecutable, Checked),
        CacheTag = json.RequiredText("cache_tag", tree?.CacheTag, FileName),
        Executable = json.RequiredText("executable", tree?.Executable, Checked),
        Kind = ArchiveKindWords.Member(json, tree?.Kind),
        Links = json.Objects("links", tree?.Links, Link),
        NamesPrefix = json.TextsIfAny("names_prefix", tree?.NamesPrefix, Checked),
        OtherNames = json.TextsIfAny("other_names", tree?.OtherNames, AbsolutePath),
        Packages = json.Objects("packages", tree?.Packages, Package),
        Prefix = json.RequiredText("prefix", tree?.Prefix, AbsolutePath),
        PythonFolder = json.RequiredText("python_folder", tree?.PythonFolder, FileName),
        PythonVersion = json.RequiredText("python_version", tree?.PythonVersion),
        RunPathFiles = json.Texts("run_path_files", tree?.RunPathFiles, Checked),
        SitePackages = json.RequiredText("site_packages", tree?.SitePackages, Checked),
        Texts = json.Objects("texts", tree?.Texts, Text),
    };

    private static ArchivedLink Link(JsonMembers json, ArchivedLink? link) => new(
        Path: json.RequiredText("path", link?.Path, Checked),
        Target: json.RequiredText("target", link?.Target));

    private static ArchivedText Text(JsonMembers json, ArchivedText? text) => new(
        IsExecutable: json.Mark("executable", text?.IsExecutable),
        Path: json.RequiredText("path", text?.Path, Checked),
        Text: json.RequiredText("text", text?.Text));

    private static ArchivedPackage Package(JsonMembers json, ArchivedPackage? package) => new()
    {
        Bundle = json.RequiredDigest("bundle", package?.Bundle),
        HasBytecode = json.Mark("bytecode", package?.HasBytecode),
        Bytecode = json.CheckedDigest("bytecode_sha256", package?.Bytecode),
        Conda = json.Object("conda", package?.Conda, Conda),
        Distribution = json.Object("distribution", package?.Distribution, Distribution),
        Edited = json.ObjectsIfAny("edited", package?.Edited, Edited),
        FileCount = json.Count("files", package?.FileCount),
        Kind = ArchiveKindWords.Member(json, package?.Kind),
        Name = json.RequiredText("name", package?.Name),
        ProjectPath = json.Text("project_path", package?.ProjectPath, AbsolutePath),
        Root = json.Text("root", NotEmpty(package?.Root), Checked) ?? string.Empty,
        Size = Math.Max(json.Number("size", package?.Size) ?? 0, 0),
        Subfolder = json.Text("subfolder", NotEmpty(package?.Subfolder), Checked) ?? string.Empty,
        Version = json.Text("version", package?.Version),
    };

    private static ArchivedCondaPackage Conda(JsonMembers json, ArchivedCondaPackage? conda) => new()
    {
        AsInstalled = json.Texts("as_installed", conda?.AsInstalled, Checked),
        Build = json.RequiredText("build", conda?.Build),
        Record = json.RequiredDigest("record", conda?.Record),
    };

    private static ArchivedDistribution Distribution(JsonMembers json, ArchivedDistribution? distribution) => new()
    {
        InstallerFiles = json.TextMembers("installer_files", distribution?.InstallerFiles, FileName),
        Launchers = json.Objects("launchers", distribution?.Launchers, Launcher),
        LinkFiles = json.Texts("link_files", distribution?.LinkFiles, Checked),
        Metadata = json.RequiredText("metadata", distribution?.Metadata, FileName),
        HasRecord = json.Flag("record", distribution?.HasRecord) ?? false,
        RecordsBytecode = json.Flag("records_bytecode", distribution?.RecordsBytecode) ?? false,
    };

    private static EditedFile Edited(JsonMembers json, EditedFile? file) => new(
        Observed: json.CheckedDigest("observed", file?.Observed),
        Path: json.RequiredText("path", file?.Path, Checked),
        Recorded: json.RequiredText("recorded", file?.Recorded));

    private static string? NotEmpty(string? text) => text is "" ? null : text;

    private static string Checked(string path) =>
        RelativePath.IsSafe(path) ? path : throw new FormatException($"the path `{path}` leads out of the prefix");

    private static string FileName(string name) =>
        RelativePath.IsSafe(name) && !name.Contains('/', StringComparison.Ordinal)
            ? name
            : throw new FormatException($"`{name}` is not a file name");

    private static string AbsolutePath(string path) =>
        path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal)
            ? path
            : throw new FormatException($"`{path}` is not an absolute path");
}

/// <summary>The words of docs/formats/archive.md, in the order of the enumerations' members.</summary>
internal static class ArchiveKindWords
{
    private static readonly string[] PackageKinds = ["interpreter", "conda", "distribution", "project", "files"];
    private static readonly string[] TreeKinds = ["plain", "virtual-environment", "conda", "system"];

    /// <exception cref="FormatException">The word is not known: a restore that guesses would be wrong.</exception>
    public static ArchivedPackageKind Member(JsonMembers json, ArchivedPackageKind? kind) =>
        (ArchivedPackageKind)Member(json, PackageKinds, (int?)kind);

    /// <exception cref="FormatException">The word is not known.</exception>
    public static ArchivedTreeKind Member(JsonMembers json, ArchivedTreeKind? kind) =>
        (ArchivedTreeKind)Member(json, TreeKinds, (int?)kind);

    private static int Member(JsonMembers json, string[] words, int? value)
    {
        var word = json.RequiredText("kind", value is { } known ? words[known] : null);
        var index = Array.IndexOf(words, word);
        return index >= 0 ? index : throw new FormatException($"the kind `{word}` is not known");
    }
}
