using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Firn.EndToEnd.Support.Conda;

/// <summary>A conda package that is made here; <see cref="CondaChannel"/> packs it with conda-package-handling.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed record CondaPackageFile(string Name, string Version = "1.0", string Build = "0")
{
    /// <summary>255 characters, to which conda-build pads.</summary>
    public const string Padded =
        "/opt/build_1700000000000/_h_env_placehold_placehold_placehold_placehold_placehold_placehold_placehold_placehold_"
        + "placehold_placehold_placehold_placehold_placehold_placehold_placehold_placehold_placehold_placehold_placehold_"
        + "placehold_placehold_placehold_pla";

    public string Subdir { get; init; } = "linux-64";

    /// <summary><c>python</c> or <c>generic</c>.</summary>
    public string? Noarch { get; init; }

    public string Extension { get; init; } = ".conda";

    public IReadOnlyList<string> Depends { get; init; } = [];

    public IReadOnlyList<CondaMember> Members { get; init; } = [];

    public IReadOnlyList<string> EntryPoints { get; init; } = [];

    /// <summary>Without <c>info/paths.json</c>, as conda-build wrote packages before 2017.</summary>
    public bool IsLegacy { get; init; }

    public string FileName => $"{Name}-{Version}-{Build}{Extension}";

    /// <summary>A package of a module for any Python.</summary>
    public static CondaPackageFile Pure(string name, string version, params IEnumerable<CondaMember> members) => new(name, version, "py_0")
    {
        Subdir = "noarch",
        Noarch = "python",
        Depends = ["python"],
        Members =
        [
            CondaMember.File($"site-packages/{name}.py", $"version = '{version}'\n\n\ndef main():\n    print('{name}', version)\n    return 0\n"),
            CondaMember.File($"site-packages/{name}-{version}.dist-info/METADATA", $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"),
            CondaMember.File($"site-packages/{name}-{version}.dist-info/INSTALLER", "conda\n"),
            CondaMember.File(
                $"site-packages/{name}-{version}.dist-info/RECORD",
                $"{name}.py,,\n{name}-{version}.dist-info/METADATA,,\n{name}-{version}.dist-info/INSTALLER,,\n{name}-{version}.dist-info/RECORD,,\n"),
            .. members,
        ],
    };

    /// <summary>Writes what is packed.</summary>
    public void WriteTree(string folder)
    {
        var paths = new JsonArray();
        foreach (var member in Members)
        {
            Write(folder, member);
            paths.Add(Described(member));
        }

        Write(folder, CondaMember.File("info/index.json", Index().ToJsonString()));
        var files = Members.Where(member => member.Content is not null || member.LinkTarget is not null).ToList();
        Write(folder, CondaMember.File("info/files", string.Concat(files.Select(member => member.Path + "\n"))));
        if (IsLegacy)
        {
            WriteOldLists(folder, files);
        }
        else
        {
            var document = new JsonObject { ["paths_version"] = 1, ["paths"] = paths };
            Write(folder, CondaMember.File("info/paths.json", document.ToJsonString()));
        }

        if (EntryPoints.Count > 0)
        {
            var noarch = new JsonObject { ["type"] = "python", ["entry_points"] = new JsonArray([.. EntryPoints.Select(point => JsonValue.Create(point))]) };
            var link = new JsonObject { ["package_metadata_version"] = 1, ["noarch"] = noarch };
            Write(folder, CondaMember.File("info/link.json", link.ToJsonString()));
        }
    }

    /// <summary>What a channel's index says of it, and <c>info/index.json</c>.</summary>
    public JsonObject Index()
    {
        var index = new JsonObject
        {
            ["name"] = Name,
            ["version"] = Version,
            ["build"] = Build,
            ["build_number"] = int.TryParse(Build[(Build.LastIndexOf('_') + 1)..], out var number) ? number : 0,
            ["depends"] = new JsonArray([.. Depends.Select(text => JsonValue.Create(text))]),
            ["subdir"] = Subdir,
            ["license"] = "MIT",
            ["timestamp"] = 1_700_000_000_000,
        };
        if (Noarch is not null)
        {
            index["noarch"] = Noarch;
        }

        return index;
    }

    private static void WriteOldLists(string folder, List<CondaMember> files)
    {
        var replaced = files.Where(member => member.Placeholder is not null).Select(member =>
            $"\"{member.Placeholder}\" {(member.IsBinary ? "binary" : "text")} \"{member.Path}\"\n");
        Write(folder, CondaMember.File("info/has_prefix", string.Concat(replaced)));
        Write(folder, CondaMember.File("info/no_link", string.Concat(files.Where(member => member.IsNoLink).Select(member => member.Path + "\n"))));
    }

    private static void Write(string folder, CondaMember member)
    {
        var path = Path.Join(folder, member.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (member.LinkTarget is { } target)
        {
            File.CreateSymbolicLink(path, target);
        }
        else if (member.Content is { } content)
        {
            File.WriteAllBytes(path, content);
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(member.IsExecutable ? "755" : "644", 8));
            File.SetLastWriteTimeUtc(path, DateTimeOffset.FromUnixTimeSeconds(member.Time).UtcDateTime);
        }
        else
        {
            Directory.CreateDirectory(path);
        }
    }

    private static JsonObject Described(CondaMember member)
    {
        var entry = new JsonObject
        {
            ["_path"] = member.Path,
            ["path_type"] = member.LinkTarget is not null ? "softlink" : member.Content is not null ? "hardlink" : "directory",
        };
        if (member.Content is { } content)
        {
            entry["sha256"] = Convert.ToHexStringLower(SHA256.HashData(content));
            entry["size_in_bytes"] = content.Length;
        }

        if (member.Placeholder is { } placeholder)
        {
            entry["prefix_placeholder"] = placeholder;
            entry["file_mode"] = member.IsBinary ? "binary" : "text";
        }

        if (member.IsNoLink)
        {
            entry["no_link"] = true;
        }

        return entry;
    }
}

/// <summary>One path of a conda package that is made here.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed record CondaMember(string Path)
{
    /// <summary>The bytes of a file; <see langword="null"/> for links and folders.</summary>
    public byte[]? Content { get; init; }

    /// <summary>What a link holds.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>The prefix that stands in the file (or, in metadata that are odd, of a link), to be replaced.</summary>
    public string? Placeholder { get; init; }

    public bool IsBinary { get; init; }

    public bool IsExecutable { get; init; }

    public bool IsNoLink { get; init; }

    /// <summary>The time that the archive has for it, in seconds.</summary>
    public long Time { get; init; } = 1_700_000_000;

    public static CondaMember File(string path, string text) => new(path) { Content = Encoding.UTF8.GetBytes(text) };

    /// <summary>A text in which the padded prefix stands.</summary>
    public static CondaMember Text(string path, string text, bool isExecutable = false) =>
        File(path, text) with { Placeholder = CondaPackageFile.Padded, IsExecutable = isExecutable };

    /// <summary>A script or program.</summary>
    public static CondaMember Program(string path, string text) => File(path, text) with { IsExecutable = true };

    public static CondaMember Binary(string path, byte[] content, string placeholder = CondaPackageFile.Padded) =>
        new(path) { Content = content, Placeholder = placeholder, IsBinary = true, IsExecutable = true };

    public static CondaMember Link(string path, string target) => new(path) { LinkTarget = target };

    public static CondaMember Folder(string path) => new(path);
}
