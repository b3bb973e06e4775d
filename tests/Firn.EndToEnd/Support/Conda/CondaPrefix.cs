using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Firn.EndToEnd.Support.Conda;

/// <summary>A conda environment written file by file: a Python that is a link to the system's, and a package.</summary>
internal sealed class CondaPrefix : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CondaPrefix()
    {
        var python = RealPython.Of("system");
        var name = Path.GetFileName(File.ResolveLinkTarget(python, returnFinalTarget: true)?.Name ?? "python3");
        var series = name["python".Length..];
        var site = $"lib/{name}/site-packages";
        Directory.CreateDirectory($"{Prefix}/{site}/numbers-1.0.dist-info");
        Directory.CreateDirectory($"{Prefix}/bin");
        Directory.CreateDirectory($"{Prefix}/conda-meta");
        // A program, so that the environment has an interpreter; it is never started.
        File.Copy(File.ResolveLinkTarget(python, returnFinalTarget: true)?.FullName ?? python, $"{Prefix}/bin/{name}");
        File.CreateSymbolicLink($"{Prefix}/bin/python", name);
        File.WriteAllText($"{Prefix}/lib/{name}/os.py", string.Empty);
        File.WriteAllText($"{Prefix}/{site}/numbers-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: numbers\nVersion: 1.0\n");
        File.WriteAllText($"{Prefix}/{site}/numbers-1.0.dist-info/RECORD", "numbers.py,sha256=abc,1\n");
        File.WriteAllText($"{Prefix}/{site}/numbers-1.0.dist-info/INSTALLER", "conda\n");
        Record("python", $"{series}.2", "h0_0_cpython", $"bin/{name}");
        Record("numbers", "1.0", "0", $"{site}/numbers-1.0.dist-info/RECORD");
        File.WriteAllText(
            Prefix + "/conda-meta/history",
            "==> 2024-01-01 00:00:00 <==\n# cmd: conda create -n x numbers\n# conda version: 24.1.0\n"
            + "+conda-forge/linux-64::numbers-1.0-0\n# update specs: ['numbers']\n");
    }

    public string Root => _folder.Root;

    public string Prefix => _folder.PathOf("envs", "x");

    public void Dispose() => _folder.Dispose();

    private void Record(string name, string version, string build, string file) => File.WriteAllText(
        $"{Prefix}/conda-meta/{name}-{version}-{build}.json",
        $$"""
        {
          "name": "{{name}}", "version": "{{version}}", "build": "{{build}}", "build_number": 0, "subdir": "linux-64",
          "channel": "https://conda.anaconda.org/conda-forge/linux-64", "fn": "{{name}}-{{version}}-{{build}}.conda",
          "url": "https://conda.anaconda.org/conda-forge/linux-64/{{name}}-{{version}}-{{build}}.conda",
          "md5": "0123456789abcdef0123456789abcdef", "depends": {{(name == "python" ? "[]" : "[\"python\"]")}}, "constrains": [], "license": "MIT",
          "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
          "files": ["{{file}}"], "requested_spec": "{{name}}",
          "paths_data": {"paths_version": 1, "paths": [
            {"_path": "{{file}}", "path_type": "hardlink", "sha256": "ff", "sha256_in_prefix": "ff", "size_in_bytes": 1}]}
        }
        """);
}

/// <summary>A conda prefix as conda's linker leaves it, with a record for each package: no conda and no channel is needed.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class LinkedCondaPrefix(string prefix)
{
    private const string Placeholder = "/opt/anaconda1anaconda2anaconda3";
    private readonly StringBuilder _history = new("==> 2024-01-01 00:00:00 <==\n# cmd: conda create -p x\n# conda version: 24.1.0\n");

    public string Prefix => prefix;

    /// <summary>Links texts, in which <c>{prefix}</c> stands for the prefix, and files or links that are elsewhere now.</summary>
    public LinkedCondaPrefix Add(
        string name, string version, IReadOnlyDictionary<string, string> texts, IReadOnlyDictionary<string, string>? copies = null)
    {
        var paths = new JsonArray();
        foreach (var (path, text) in texts)
        {
            var entry = Put(path, Encoding.UTF8.GetBytes(text.Replace("{prefix}", prefix, StringComparison.Ordinal)));
            if (text.Contains("{prefix}", StringComparison.Ordinal))
            {
                entry["sha256_in_prefix"] = entry["sha256"]!.GetValue<string>();
                entry["sha256"] = Digest(Encoding.UTF8.GetBytes(text.Replace("{prefix}", Placeholder, StringComparison.Ordinal)));
                entry["prefix_placeholder"] = Placeholder;
                entry["file_mode"] = "text";
            }

            paths.Add(entry);
        }

        foreach (var (path, source) in copies ?? new Dictionary<string, string>())
        {
            if (new FileInfo(source).LinkTarget is { } target)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(prefix, path))!);
                File.CreateSymbolicLink(Path.Join(prefix, path), target);
                paths.Add(new JsonObject { ["_path"] = path, ["path_type"] = "softlink", ["sha256"] = Digest([]), ["size_in_bytes"] = 0 });
            }
            else
            {
                paths.Add(Put(path, File.ReadAllBytes(source), File.GetUnixFileMode(source)));
            }
        }

        var stem = $"{name}-{version}-0";
        var url = $"https://conda.anaconda.org/conda-forge/linux-64/{stem}.conda";
        var record = new JsonObject
        {
            ["name"] = name,
            ["version"] = version,
            ["build"] = "0",
            ["build_number"] = 0,
            ["subdir"] = "linux-64",
            ["channel"] = "https://conda.anaconda.org/conda-forge/linux-64",
            ["fn"] = stem + ".conda",
            ["url"] = url,
            ["md5"] = new string('0', 32),
            ["sha256"] = new string('1', 64),
            ["depends"] = new JsonArray(),
            ["constrains"] = new JsonArray(),
            ["files"] = new JsonArray([.. paths.Select(entry => JsonValue.Create(entry!["_path"]!.GetValue<string>()))]),
            ["paths_data"] = Paths(paths),
            ["requested_spec"] = name,
        };
        Directory.CreateDirectory(Path.Join(prefix, "conda-meta"));
        File.WriteAllText(Path.Join(prefix, "conda-meta", stem + ".json"), record.ToJsonString(JsonSerializerOptions.Default));
        File.WriteAllText(
            Path.Join(prefix, "conda-meta", "history"), _history.Append($"+conda-forge/linux-64::{stem}\n").ToString());
        return this;
    }

    private JsonObject Put(string path, byte[] content, UnixFileMode? mode = null)
    {
        var file = Path.Join(prefix, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        File.SetUnixFileMode(file, mode ?? (UnixFileMode)Convert.ToInt32(path.StartsWith("bin/", StringComparison.Ordinal) ? "755" : "644", 8));
        return new JsonObject
        {
            ["_path"] = path,
            ["path_type"] = "hardlink",
            ["sha256"] = Digest(content),
            ["sha256_in_prefix"] = Digest(content),
            ["size_in_bytes"] = content.Length,
        };
    }

    private static JsonObject Paths(JsonArray paths) => new()
    {
        ["paths_version"] = 1,
        ["paths"] = paths,
    };

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
