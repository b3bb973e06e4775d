using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;

namespace Firn.Captures.Archives;

/// <summary>
/// Reads archive documents. Every path in one is checked: relative, below the prefix, without dot segments, so that a
/// restore can join it.
/// </summary>
internal static class ArchiveReader
{
    /// <summary>The largest document that is read, in bytes.</summary>
    public const int Limit = 256 * 1024 * 1024;

    /// <summary>Reads a document.</summary>
    /// <exception cref="FormatException">It is no archive document, or it names a path that leads elsewhere.</exception>
    public static ArchiveDocument Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException(JsonFailure.Reason(exception), exception);
        }
    }

    private static ArchiveDocument Read(JsonElement root)
    {
        if (root.Text("schema") is not ArchiveDocument.Schema)
        {
            throw new FormatException($"its schema is {root.Text("schema") ?? "missing"}, not {ArchiveDocument.Schema}");
        }

        return new ArchiveDocument
        {
            EnvironmentId = root.RequiredText("environment_id"),
            Platform = root.RequiredText("platform"),
            Environment = ReadTree(root.Object("environment") ?? throw new FormatException("`environment` is missing")),
            Base = root.Object("base") is { } tree ? ReadTree(tree) : null,
            LeftOut = root.Objects("left_out", file => new LeftOutFile(
                file.RequiredText("path"), file.Text("reason") ?? string.Empty, file.Flag("missed") ?? false)),
        };
    }

    private static ArchivedTree ReadTree(JsonElement element) => new()
    {
        Kind = ArchiveWords.TreeKind(element.RequiredText("kind")),
        Prefix = AbsolutePath(element.RequiredText("prefix")),
        OtherNames = element.Texts("other_names", AbsolutePath),
        PythonVersion = element.RequiredText("python_version"),
        PythonFolder = FileName(element.RequiredText("python_folder")),
        SitePackages = PathOf(element, "site_packages"),
        CacheTag = FileName(element.RequiredText("cache_tag")),
        Executable = PathOf(element, "executable"),
        BaseExecutable = element.Text("base_executable") is { } executable ? Checked(executable) : null,
        Packages = element.Objects("packages", ReadPackage),
        Texts = element.Objects("texts", text => new ArchivedText(
            PathOf(text, "path"), text.RequiredText("text"), text.Flag("executable") ?? false)),
        Links = element.Objects("links", link => new ArchivedLink(
            PathOf(link, "path"), link.RequiredText("target"))),
        NamesPrefix = element.Texts("names_prefix", Checked),
        RunPathFiles = element.Texts("run_path_files", Checked),
    };

    private static ArchivedPackage ReadPackage(JsonElement element) => new()
    {
        Kind = ArchiveWords.PackageKind(element.RequiredText("kind")),
        Name = element.RequiredText("name"),
        Version = element.Text("version"),
        Bundle = Digest(element, "bundle"),
        Size = Math.Max(element.Number("size") ?? 0, 0),
        FileCount = element.Count("files"),
        HasBytecode = element.Flag("bytecode") ?? false,
        Bytecode = element.Text("bytecode_sha256") is null ? null : Digest(element, "bytecode_sha256"),
        Root = element.Text("root") is { } root ? Checked(root) : string.Empty,
        ProjectPath = element.Text("project_path") is { } project ? AbsolutePath(project) : null,
        Subfolder = element.Text("subfolder") is { } subfolder ? Checked(subfolder) : string.Empty,
        Distribution = element.Object("distribution") is { } distribution ? ReadDistribution(distribution) : null,
        Conda = element.Object("conda") is { } conda
            ? new ArchivedCondaPackage
            {
                Build = conda.RequiredText("build"),
                Record = Digest(conda, "record"),
                AsInstalled = conda.Texts("as_installed", Checked),
            }
            : null,
        Edited = element.Objects("edited", file => new EditedFile(
            PathOf(file, "path"),
            file.RequiredText("recorded"),
            file.Text("observed") is null ? null : Digest(file, "observed"))),
    };

    private static ArchivedDistribution ReadDistribution(JsonElement element) => new()
    {
        Metadata = FileName(element.RequiredText("metadata")),
        Launchers = element.Objects("launchers", launcher => new ArchivedLauncher(
            PathOf(launcher, "path"),
            launcher.Text("interpreter") is { } interpreter ? Checked(interpreter) : null,
            launcher.RequiredText("body"))),
        InstallerFiles = InstallerFiles(element),
        HasRecord = element.Flag("record") ?? false,
        RecordsBytecode = element.Flag("records_bytecode") ?? false,
        LinkFiles = element.Texts("link_files", Checked),
    };

    private static ImmutableSortedDictionary<string, string> InstallerFiles(JsonElement element)
    {
        var files = element.TextMembers("installer_files").WithComparers(StringComparer.Ordinal);
        foreach (var name in files.Keys)
        {
            _ = FileName(name);
        }

        return files;
    }

    private static Sha256Digest Digest(JsonElement element, string name) =>
        Sha256Digest.TryParse(element.RequiredText(name), out var digest)
            ? digest
            : throw new FormatException($"`{name}` is no SHA-256 digest");

    private static string PathOf(JsonElement element, string name) => Checked(element.RequiredText(name));

    private static string Checked(string path) =>
        RelativePath.IsSafe(path) ? path : throw new FormatException($"the path `{path}` leads out of the prefix");

    private static string FileName(string name) =>
        RelativePath.IsSafe(name) && !name.Contains('/', StringComparison.Ordinal)
            ? name
            : throw new FormatException($"`{name}` is no file name");

    private static string AbsolutePath(string path) =>
        path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal)
            ? path
            : throw new FormatException($"`{path}` is no absolute path");
}
