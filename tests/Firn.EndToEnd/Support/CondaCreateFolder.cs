using System.Text.Json;

namespace Firn.EndToEnd.Support;

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
