using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;

namespace Firn.EndToEnd.Support.Conda;

/// <summary>A folder in which conda environments are created: a home without settings, a store, a cache, and a prefix.</summary>
internal sealed class CondaCreateFolder(PublishedFirn firn) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Store => _folder.PathOf("store");

    public string Prefix => _folder.PathOf("env");

    /// <summary>Variables of every firn that is started here; a null value removes one.</summary>
    public Dictionary<string, string?> Variables { get; } = new(PythonRunner.Clean())
    {
        ["CONDARC"] = null,
        ["CONDA_EXE"] = null,
        ["MAMBA_EXE"] = null,
        ["MAMBA_ROOT_PREFIX"] = null,
        ["CONDA_ENVS_PATH"] = null,
        ["HTTP_PROXY"] = null,
        ["http_proxy"] = null,
        ["FIRN_STORE"] = null,
        // No solver is found there, whatever else the machine has.
        ["PATH"] = "/usr/bin:/bin",
    };

    public string PathOf(params string[] parts) => _folder.PathOf(parts);

    public string Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public ProcessResult Firn(params IEnumerable<string> arguments)
    {
        Directory.CreateDirectory(PathOf("home"));
        var variables = new Dictionary<string, string?>(Variables)
        {
            ["HOME"] = PathOf("home"),
            ["FIRN_CACHE"] = PathOf("cache"),
            ["XDG_CACHE_HOME"] = PathOf("cache"),
        };
        return firn.Run(new ProcessRunner { Variables = variables, WorkingDirectory = _folder.Root }, arguments);
    }

    /// <summary><c>firn create</c> at <see cref="Prefix"/>.</summary>
    public ProcessResult Create(params IEnumerable<string> arguments) => CreateAt(Prefix, arguments);

    public ProcessResult CreateAt(string prefix, params IEnumerable<string> arguments) =>
        Firn(["create", "--store", Store, "--to", prefix, .. arguments]);

    /// <summary>Holds that <c>firn create</c> says what is wrong in one line and what to do in another, and leaves nothing at the prefix.</summary>
    public ProcessResult CreateMustFail(int exitCode, params IEnumerable<string> arguments)
    {
        var result = Create(arguments).MustReturn(exitCode);
        var lines = result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(
            lines is [.., var error, var hint] && error.StartsWith("error: ", StringComparison.Ordinal)
            && hint.StartsWith("hint: ", StringComparison.Ordinal) && lines.Count(line => line.StartsWith("error: ", StringComparison.Ordinal)) == 1,
            result.StandardError);
        Assert.Equal(string.Empty, result.StandardOutput);
        CreateFolder.MustBeAbsent(Prefix);
        return result;
    }

    /// <summary>The environment id of an environment, from a capture of its own.</summary>
    public string EnvironmentId(string prefix)
    {
        var capture = PathOf("capture-" + Guid.NewGuid().ToString("N"));
        Firn("capture", prefix, "-o", capture).MustReturn(0);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Join(capture, "environment.json")));
        return document.RootElement.GetProperty("environment_id").GetString()!;
    }

    /// <summary>Holds, byte by byte, that an environment is what <c>firn create</c> kept of it.</summary>
    public void VerifyMustPass(ProcessResult created, string prefix)
    {
        Firn("verify", IdOf(created), prefix, "--read-data", "--store", Store).MustReturn(0);
    }

    /// <summary>The environment id that <c>firn create</c> printed.</summary>
    public static string IdOf(ProcessResult created) =>
        created.StandardOutput.Split('\n').Single(line => line.StartsWith("Environment id ", StringComparison.Ordinal))[16..].Trim();

    /// <summary>Runs the environment's Python, without what the machine's own settings say.</summary>
    public static ProcessResult Python(string prefix, params IEnumerable<string> arguments) => new ProcessRunner
    {
        Variables = new Dictionary<string, string?>(PythonRunner.Clean()) { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        WorkingDirectory = "/",
    }.Run(Path.Join(prefix, "bin", "python"), arguments);

    public void Dispose() => _folder.Dispose();
}

/// <summary>A <c>conda-lock.yml</c> as conda-lock writes it (CEP 37).</summary>
[UnsupportedOSPlatform("windows")]
internal static class CondaLockFile
{
    public static string Of(CondaChannel channel, string root, params IEnumerable<CondaPackageFile> packages) =>
        "version: 1\nmetadata:\n  content_hash:\n    linux-64: 0000\n  channels:\n  - url: " + root
        + "\n    used_env_vars: []\n  platforms:\n  - linux-64\n  sources:\n  - environment.yml\npackage:\n"
        + string.Concat(packages.Select(package => Conda(channel, root, package)));

    /// <summary>An entry of a package of pip, to be put behind.</summary>
    public static string Wheel(string name, string version, string url, string sha256, string category = "main") =>
        $"- name: {name}\n  version: {version}\n  manager: pip\n  platform: linux-64\n  dependencies: {{}}\n  url: {url}\n"
        + $"  hash:\n    sha256: {sha256}\n  category: {category}\n  optional: {(category == "main" ? "false" : "true")}\n";

    public static string Conda(CondaChannel channel, string root, CondaPackageFile package, string category = "main")
    {
        // 1.10 must stay a text.
        var text = new StringBuilder($"- name: {package.Name}\n  version: '{package.Version}'\n  manager: conda\n  platform: linux-64\n");
        text.Append(package.Depends.Count == 0 ? "  dependencies: {}\n" : "  dependencies:\n");
        foreach (var depends in package.Depends)
        {
            var blank = depends.IndexOf(' ', StringComparison.Ordinal);
            text.Append(blank < 0 ? $"    {depends}: ''\n" : $"    {depends[..blank]}: '{depends[(blank + 1)..]}'\n");
        }

        return text.Append($"  url: {root}/{package.Subdir}/{package.FileName}\n  hash:\n    md5: {channel.Md5(package)}\n")
            .Append($"    sha256: {channel.Sha256(package)}\n  category: {category}\n  optional: false\n").ToString();
    }
}
