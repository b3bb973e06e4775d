using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;

namespace Firn.Archives.Documents;

/// <summary>
/// Reads archive documents. Every path in one is checked: relative, below the prefix, without dot segments, so that a
/// restore can join it.
/// </summary>
internal static class ArchiveReader
{
    /// <summary>The largest document that is read, in bytes.</summary>
    public const int Limit = 256 * 1024 * 1024;

    /// <summary>Reads a document.</summary>
    /// <exception cref="FormatException">It is not an archive document, or it names a path that leads elsewhere.</exception>
    public static ArchiveDocument Read(ReadOnlyMemory<byte> json) => JsonFields.Read(json, Read);

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
            LeftOut = root.Objects("left_out", file => new SkippedFile(
                file.RequiredText("path"), file.Text("reason") ?? string.Empty, file.Flag("missed") ?? false)),
        };
    }

    private static ArchivedTree ReadTree(JsonElement element) => new()
    {
        Kind = ArchiveKindWords.TreeKind(element.RequiredText("kind")),
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
        Kind = ArchiveKindWords.PackageKind(element.RequiredText("kind")),
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
            : throw new FormatException($"`{name}` is not a SHA-256 digest");

    private static string PathOf(JsonElement element, string name) => Checked(element.RequiredText(name));

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

/// <summary>Writes the archive document (docs/formats/archive.md).</summary>
internal static class ArchiveWriter
{
    /// <summary>The document's bytes, in canonical form.</summary>
    public static byte[] Write(ArchiveDocument archive)
    {
        var json = new CanonicalJsonWriter();
        json.StartObject();
        json.String("schema", ArchiveDocument.Schema);
        if (archive.Base is { } tree)
        {
            json.Name("base");
            WriteTree(json, tree);
        }

        json.Strings("bundles", archive.Bundles.Select(digest => digest.ToString()));
        json.Name("environment");
        WriteTree(json, archive.Environment);
        json.String("environment_id", archive.EnvironmentId);
        WriteLeftOut(json, archive.LeftOut);
        json.Strings("objects", archive.Objects.Select(digest => digest.ToString()));
        json.String("platform", archive.Platform);
        json.EndObject();
        return json.WrittenDocument.ToArray();
    }

    /// <summary>The member <c>left_out</c>: what is not in an archive.</summary>
    public static void WriteLeftOut(CanonicalJsonWriter json, IEnumerable<SkippedFile> files)
    {
        json.StartArray("left_out");
        foreach (var file in files)
        {
            json.StartObject();
            json.Boolean("missed", file.IsMissed ? true : null);
            json.String("path", file.Path);
            json.String("reason", file.Reason);
            json.EndObject();
        }

        json.EndArray();
    }

    /// <summary>The member <c>launchers</c>: scripts that installers make.</summary>
    public static void WriteLaunchers(CanonicalJsonWriter json, IEnumerable<ArchivedLauncher> launchers)
    {
        json.StartArray("launchers");
        foreach (var launcher in launchers)
        {
            json.StartObject();
            json.String("body", launcher.Body);
            json.String("interpreter", launcher.Interpreter);
            json.String("path", launcher.Path);
            json.EndObject();
        }

        json.EndArray();
    }

    private static void WriteTree(CanonicalJsonWriter json, ArchivedTree tree)
    {
        json.StartObject();
        json.String("base_executable", tree.BaseExecutable);
        json.String("cache_tag", tree.CacheTag);
        json.String("executable", tree.Executable);
        json.String("kind", ArchiveKindWords.Of(tree.Kind));
        json.StartArray("links");
        foreach (var link in tree.Links)
        {
            json.StartObject();
            json.String("path", link.Path);
            json.String("target", link.Target);
            json.EndObject();
        }

        json.EndArray();
        if (!tree.NamesPrefix.IsEmpty)
        {
            json.Strings("names_prefix", tree.NamesPrefix);
        }

        if (!tree.OtherNames.IsEmpty)
        {
            json.Strings("other_names", tree.OtherNames);
        }

        json.StartArray("packages");
        foreach (var package in tree.Packages)
        {
            WritePackage(json, package);
        }

        json.EndArray();
        json.String("prefix", tree.Prefix);
        json.String("python_folder", tree.PythonFolder);
        json.String("python_version", tree.PythonVersion);
        json.Strings("run_path_files", tree.RunPathFiles);
        json.String("site_packages", tree.SitePackages);
        json.StartArray("texts");
        foreach (var text in tree.Texts)
        {
            json.StartObject();
            json.Boolean("executable", text.IsExecutable ? true : null);
            json.String("path", text.Path);
            json.String("text", text.Text);
            json.EndObject();
        }

        json.EndArray();
        json.EndObject();
    }

    private static void WritePackage(CanonicalJsonWriter json, ArchivedPackage package)
    {
        json.StartObject();
        json.String("bundle", package.Bundle.ToString());
        json.Boolean("bytecode", package.HasBytecode ? true : null);
        json.String("bytecode_sha256", package.Bytecode?.ToString());
        if (package.Conda is { } conda)
        {
            WriteConda(json, conda);
        }

        if (package.Distribution is { } distribution)
        {
            WriteDistribution(json, distribution);
        }

        if (!package.Edited.IsEmpty)
        {
            WriteEdited(json, package.Edited);
        }

        json.Number("files", package.FileCount);
        json.String("kind", ArchiveKindWords.Of(package.Kind));
        json.String("name", package.Name);
        json.String("project_path", package.ProjectPath);
        json.String("root", package.Root.Length > 0 ? package.Root : null);
        json.Number("size", package.Size);
        json.String("subfolder", package.Subfolder.Length > 0 ? package.Subfolder : null);
        json.String("version", package.Version);
        json.EndObject();
    }

    private static void WriteConda(CanonicalJsonWriter json, ArchivedCondaPackage conda)
    {
        json.StartObject("conda");
        json.Strings("as_installed", conda.AsInstalled);
        json.String("build", conda.Build);
        json.String("record", conda.Record.ToString());
        json.EndObject();
    }

    private static void WriteDistribution(CanonicalJsonWriter json, ArchivedDistribution distribution)
    {
        json.StartObject("distribution");
        json.StartObject("installer_files");
        foreach (var file in distribution.InstallerFiles)
        {
            json.String(file.Key, file.Value);
        }

        json.EndObject();
        WriteLaunchers(json, distribution.Launchers);
        json.Strings("link_files", distribution.LinkFiles);
        json.String("metadata", distribution.Metadata);
        json.Boolean("record", distribution.HasRecord);
        json.Boolean("records_bytecode", distribution.RecordsBytecode);
        json.EndObject();
    }

    private static void WriteEdited(CanonicalJsonWriter json, ImmutableArray<EditedFile> edited)
    {
        json.StartArray("edited");
        foreach (var file in edited)
        {
            json.StartObject();
            json.String("observed", file.Observed?.ToString());
            json.String("path", file.Path);
            json.String("recorded", file.Recorded);
            json.EndObject();
        }

        json.EndArray();
    }
}

/// <summary>The words of docs/formats/archive.md, in the order of the enumerations' members.</summary>
internal static class ArchiveKindWords
{
    private static readonly string[] PackageKinds = ["interpreter", "conda", "distribution", "project", "files"];
    private static readonly string[] TreeKinds = ["plain", "virtual-environment", "conda", "system"];

    public static string Of(ArchivedPackageKind kind) => PackageKinds[(int)kind];

    public static string Of(ArchivedTreeKind kind) => TreeKinds[(int)kind];

    /// <exception cref="FormatException">The word is not known: a restore that guesses would be wrong.</exception>
    public static ArchivedPackageKind PackageKind(string word) => (ArchivedPackageKind)Index(PackageKinds, word);

    /// <exception cref="FormatException">The word is not known.</exception>
    public static ArchivedTreeKind TreeKind(string word) => (ArchivedTreeKind)Index(TreeKinds, word);

    private static int Index(string[] words, string word)
    {
        var index = Array.IndexOf(words, word);
        return index >= 0 ? index : throw new FormatException($"the kind `{word}` is not known");
    }
}
