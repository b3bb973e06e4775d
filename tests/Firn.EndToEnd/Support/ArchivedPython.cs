namespace Firn.EndToEnd.Support;

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
