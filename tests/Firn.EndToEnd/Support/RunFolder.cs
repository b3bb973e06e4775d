using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Firn.EndToEnd.Support;

/// <summary>A folder in which <c>firn run</c> is tested: a small environment of the system's Python, and a store.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PublishedFirn _firn;

    public RunFolder(PublishedFirn firn)
    {
        _firn = firn;
        var python = RealPython.Of("system");
        Directory.CreateDirectory(PathOf("work", ".venv", "bin"));
        foreach (var name in new[] { "python", "python3" })
        {
            File.CreateSymbolicLink(PathOf("work", ".venv", "bin", name), python);
        }

        File.WriteAllText(PathOf("work", ".venv", "pyvenv.cfg"), "home = /usr/bin\ninclude-system-site-packages = false\n");
        var version = Path.GetFileName(File.ResolveLinkTarget(python, returnFinalTarget: true)?.Name ?? "python3");
        SitePackages = PathOf("work", ".venv", "lib", version, "site-packages");
        Directory.CreateDirectory(SitePackages);
    }

    /// <summary>Where commands run.</summary>
    public string Work => _folder.PathOf("work");

    public string SitePackages { get; }

    public string PathOf(params string[] parts) => _folder.PathOf(parts);

    public string Write(string name, string text)
    {
        var path = Path.Join(Work, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Installs a distribution with one module.</summary>
    public void Install(string name, string version)
    {
        foreach (var old in Directory.GetDirectories(SitePackages, $"{name}-*.dist-info"))
        {
            Directory.Delete(old, recursive: true);
        }

        var info = Path.Join(SitePackages, $"{name}-{version}.dist-info");
        Directory.CreateDirectory(info);
        File.WriteAllText(Path.Join(info, "METADATA"), $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
        File.WriteAllText(Path.Join(info, "INSTALLER"), "pip\n");
        File.WriteAllText(Path.Join(SitePackages, name + ".py"), $"version = '{version}'\n");
        File.WriteAllText(
            Path.Join(info, "RECORD"),
            $"{name}.py,,\n{name}-{version}.dist-info/METADATA,,\n{name}-{version}.dist-info/INSTALLER,,\n{name}-{version}.dist-info/RECORD,,\n");
    }

    public ProcessResult Firn(params IEnumerable<string> arguments) => _firn.Run(Runner, arguments);

    /// <summary>Runs firn where no namespace can be made: without the right to mount, and in a user namespace that allows none below it.</summary>
    public ProcessResult FirnWithoutMounts(params IEnumerable<string> arguments) => Runner.Run(
        Part.Program("unshare"),
        [
            "--user", "--map-root-user", "sh", "-c",
            "echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set -sys_admin --inh-caps -sys_admin --no-new-privs \"$@\"",
            "sh", _firn.Executable, .. arguments,
        ]);

    public ProcessResult Git(params IEnumerable<string> arguments) => Runner.Run(
        Part.Program("git"),
        ["-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "init.defaultBranch=main", .. arguments]).MustReturn(0);

    /// <summary>Runs another program as firn is run.</summary>
    public ProcessResult Program(string program, params IEnumerable<string> arguments) => Runner.Run(program, arguments);

    /// <summary>Starts firn and leaves it running; its outputs are read by the caller.</summary>
    public Process Start(params IEnumerable<string> arguments) => _firn.Start(Work, Variables, arguments);

    /// <summary>The bytes of a file that a run keeps.</summary>
    public byte[] Fetch(string run, string name)
    {
        var target = PathOf("fetched-" + Guid.NewGuid().ToString("N"));
        Firn("results", "fetch", run, name, "-o", target).MustReturn(0);
        return File.ReadAllBytes(target);
    }

    /// <summary>What a run did.</summary>
    public JsonElement Execution(string run)
    {
        using var document = JsonDocument.Parse(Fetch(run, "run.json"));
        return document.RootElement.Clone();
    }

    /// <summary>How a run is marked.</summary>
    public string Status(string run)
    {
        using var document = JsonDocument.Parse(Firn("results", "show", run, "--json").MustReturn(0).StandardOutput);
        return document.RootElement.GetProperty("status").GetString()!;
    }

    public void Dispose() => _folder.Dispose();

    private ProcessRunner Runner => new() { WorkingDirectory = Work, Variables = Variables };

    private Dictionary<string, string?> Variables => new()
    {
        ["FIRN_STORE"] = PathOf("store"),
        ["FIRN_ENVIRONMENTS"] = PathOf("environments"),
        ["VIRTUAL_ENV"] = null,
        ["CONDA_PREFIX"] = null,
        ["PYTHONPATH"] = null,
        ["XDG_CACHE_HOME"] = PathOf("cache"),
        ["XDG_DATA_HOME"] = PathOf("data"),
        // What git reads above the folder is none of the tests'.
        ["GIT_CEILING_DIRECTORIES"] = _folder.Root,
    };
}

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
