using System.Text.Json;

namespace Firn.EndToEnd.Support;

/// <summary>
/// A virtual environment of pyenv's Python 3.11.7, with a wheel that has all that wheels can have: archived once for all
/// tests of a class, which restore it, and then deleted.
/// </summary>
public sealed class ArchivedEnvironment : IDisposable
{
    private readonly PublishedFirn _firn = new();
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _capture;
    private string _freeze = string.Empty;

    public ArchivedEnvironment() => _capture = new Lazy<string>(Archive);

    public string Store => _folder.PathOf("store");

    /// <summary>The capture, archived when a test first asks for it.</summary>
    public string Capture => _capture.Value;

    /// <summary>What <c>pip freeze</c> printed in the environment.</summary>
    public string Freeze => _capture.Value.Length > 0 ? _freeze : string.Empty;

    public void Dispose() => _folder.Dispose();

    private string Archive()
    {
        var environment = ArchivedPython.Python.MakeEnvironment(_folder.PathOf("old", "venv"));
        var wheel = WheelFile.WithEverything("demo", "1.0") with { Module = "def main():\n    print('demo runs')\n" };
        environment.Install(wheel.WriteTo(_folder.PathOf("wheels")));
        var runner = new ProcessRunner
        {
            Variables = new Dictionary<string, string?>(PythonRunner.Clean()) { ["FIRN_CACHE"] = _folder.PathOf("cache") },
            WorkingDirectory = "/",
            Timeout = TimeSpan.FromMinutes(4),
        };
        var capture = _folder.PathOf("capture");
        _firn.Run(
            runner, "capture", _folder.PathOf("old", "venv"), "--archive", "--yes", "--store", Store, "-o", capture)
            .MustReturn(0);
        _freeze = environment.Run("-m", "pip", "freeze").MustReturn(0).StandardOutput;
        Directory.Delete(_folder.PathOf("old"), recursive: true);
        return capture;
    }
}

/// <summary>pyenv's whole Python 3.11.7 in a store: archived once for all tests of a class, which restore it and change nothing.</summary>
public sealed class ArchivedPython : IDisposable
{
    private readonly PublishedFirn _firn = new();
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _capture;
    private readonly Lazy<string> _modules;

    public ArchivedPython()
    {
        _capture = new Lazy<string>(Archive);
        _modules = new Lazy<string>(() => Python.Run("-c", ImportableModules).MustReturn(0).StandardOutput);
    }

    /// <summary>Prints the name of each module in site-packages that can be imported, and why another cannot.</summary>
    public const string ImportableModules = """
        import contextlib, importlib, io, os, pkgutil, sys, warnings
        warnings.simplefilter('ignore')
        site = [p for p in sys.path if p.endswith('site-packages')]
        names = sorted(m.name for m in pkgutil.iter_modules(site))
        for name in names:
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    importlib.import_module(name)
                print(name)
            except BaseException as e:
                print(name, type(e).__name__)
        """;

    /// <summary>Its prefix; a test is skipped where it is not there.</summary>
    public static string Prefix
    {
        get
        {
            Part.LinuxX64();
            var prefix = Path.Join(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv", "versions", "3.11.7");
            Part.MustBePresent(Directory.Exists(prefix), "there is no pyenv with Python 3.11.7");
            return prefix;
        }
    }

    internal static PythonRunner Python => new(Path.Join(Prefix, "bin", "python3"));

    public string Store => _folder.PathOf("store");

    /// <summary>The capture, archived when a test first asks for it.</summary>
    public string Capture => _capture.Value;

    /// <summary>What the original prints for <see cref="ImportableModules"/>.</summary>
    public string Modules => _modules.Value;

    public void Dispose() => _folder.Dispose();

    private string Archive()
    {
        var runner = new ProcessRunner
        {
            Variables = new Dictionary<string, string?>(PythonRunner.Clean()) { ["FIRN_CACHE"] = _folder.PathOf("cache") },
            WorkingDirectory = "/",
            Timeout = TimeSpan.FromMinutes(4),
        };
        var capture = _folder.PathOf("capture");
        _firn.Run(runner, "capture", Prefix, "--archive", "--yes", "--store", Store, "-o", capture).MustReturn(0);
        return capture;
    }
}

/// <summary>What a store has of an archived environment, read without Firn.</summary>
internal sealed class StoredArchive
{
    private readonly string _store;

    public StoredArchive(string store, JsonElement report)
    {
        _store = store;
        Report = report;
        var hex = report.GetProperty("archive").GetString()!["sha256:".Length..];
        Document = JsonDocument.Parse(File.ReadAllBytes(Path.Join(store, "files", "sha256", hex[..2], hex))).RootElement;
    }

    public JsonElement Report { get; }

    public JsonElement Document { get; }

    public JsonElement Tree => Document.GetProperty("environment");

    public IEnumerable<JsonElement> Packages => Tree.GetProperty("packages").EnumerateArray();

    /// <summary>The bundles of the environment and of its base, by kind and name.</summary>
    public Dictionary<string, string> Bundles()
    {
        var bundles = new Dictionary<string, string>();
        foreach (var name in (string[])["environment", "base"])
        {
            if (Document.TryGetProperty(name, out var tree))
            {
                foreach (var package in tree.GetProperty("packages").EnumerateArray())
                {
                    bundles.Add($"{name} {package.GetProperty("kind")} {package.GetProperty("name")}", package.GetProperty("bundle").GetString()!);
                }
            }
        }

        return bundles;
    }

    /// <summary>The paths in a bundle, or in its bytecode.</summary>
    public IEnumerable<string> Members(JsonElement package, string? tag = null)
    {
        var index = JsonDocument.Parse(File.ReadAllBytes(PathOf(package, tag, ".json"))).RootElement;
        return index.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("path").GetString()!);
    }

    /// <summary>A file of a bundle in the store.</summary>
    public string PathOf(JsonElement package, string? tag, string ending)
    {
        var hex = package.GetProperty("bundle").GetString()!["sha256:".Length..];
        return Path.Join(_store, "bundles", "sha256", hex[..2], (tag is null ? hex : $"{hex}.{tag}") + ending);
    }
}
