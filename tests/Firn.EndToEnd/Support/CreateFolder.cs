using System.Diagnostics;
using System.Text.Json;

namespace Firn.EndToEnd.Support;

/// <summary>A folder in which environments are created: a store, locks, wheels, and a firn that knows no settings of this machine.</summary>
internal sealed class CreateFolder : IDisposable
{
    private readonly PublishedFirn _firn;
    private readonly TemporaryFolder _folder = new();

    public CreateFolder(PublishedFirn firn)
    {
        _firn = firn;
        Variables = PythonRunner.Clean();
        Variables["PIP_CONFIG_FILE"] = "/dev/null";
        Variables["FIRN_CACHE"] = PathOf("cache");
        foreach (var name in (string[])["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "PIP_PROXY"])
        {
            Variables[name] = null;
        }
    }

    public string Root => _folder.Root;

    public string Wheels => PathOf("wheels");

    public string Store => PathOf("store");

    /// <summary>For firn, and for the programs that it starts.</summary>
    public Dictionary<string, string?> Variables { get; }

    /// <summary>The Python of environments for which it does not matter.</summary>
    public static string Python => RealPython.Of("system");

    public string PathOf(params string[] parts) => _folder.PathOf(parts);

    /// <summary>Writes a lock and gives its path.</summary>
    public string Write(string name, params IEnumerable<string> lines)
    {
        File.WriteAllLines(PathOf(name), lines);
        return PathOf(name);
    }

    /// <summary>A wheel that prints its name, in the folder of wheels.</summary>
    public string Add(WheelFile wheel) => wheel.WriteTo(Wheels);

    /// <summary>A wheel whose command says who it is.</summary>
    public static WheelFile Speaking(string name, string version, string needs = "") => new(name, version)
    {
        Module = $"import sys\ndef main():\n    print('{name} {version} speaks')\n    sys.exit(7)\n",
        EntryPoints = $"[console_scripts]\n{name}-say = {name}:main\n",
        Metadata = needs,
    };

    /// <summary>Creates an environment of the system's Python without pip.</summary>
    public ProcessResult Create(string lock_, string prefix, params IEnumerable<string> more) =>
        Run(["create", "-f", lock_, "--to", prefix, "--store", Store, "--python", Python, "--without-pip", .. more]);

    /// <summary>The same, from the folder of wheels alone.</summary>
    public ProcessResult CreateFromWheels(string lock_, string prefix, params IEnumerable<string> more) =>
        Create(lock_, prefix, ["--no-index", "--find-links", Wheels, .. more]);

    public ProcessResult Run(params IEnumerable<string> arguments) =>
        _firn.Run(new ProcessRunner { Variables = Variables, WorkingDirectory = Root }, arguments);

    /// <summary>Starts firn and does not wait for its end.</summary>
    public Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(_firn.Executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    public static JsonElement JsonOf(ProcessResult result)
    {
        result.MustReturn(0);
        return JsonDocument.Parse(result.StandardOutput).RootElement;
    }

    public static string IdOf(ProcessResult result) => JsonOf(result).GetProperty("environment_id").GetString()!;

    /// <summary>Neither a prefix nor anything that was to become one.</summary>
    public static void MustBeAbsent(string prefix)
    {
        Assert.False(Path.Exists(prefix), $"{prefix} is there");
        MustHaveNoLeftovers(prefix);
    }

    public static void MustHaveNoLeftovers(string prefix)
    {
        var folder = Path.GetDirectoryName(prefix)!;
        Assert.True(
            !Directory.Exists(folder) || Directory.GetFileSystemEntries(folder, "*.firn-*").Length == 0,
            $"something is left in {folder}");
    }

    public void Dispose() => _folder.Dispose();
}
