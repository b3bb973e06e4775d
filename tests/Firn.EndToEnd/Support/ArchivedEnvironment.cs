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
