namespace Firn.EndToEnd.Support;

/// <summary>
/// The project of the reproducing chapter, made once for all of its steps: a virtual environment that pip installed
/// from an index, one analysis, a run of it in the store; and then the environment is gone.
/// </summary>
public sealed class ReproducingChapter : IDisposable
{
    public const string Analysis = "GW150914/Prod0";

    // Newer versions are there too: what is recreated without its pins is something else.
    private static readonly WheelFile[] Wheels =
    [
        new("ice-core", "2.1") { Module = "depth = 21\n" },
        new("ice-core", "3.0") { Module = "depth = 30\n" },
        new("snow", "1.0") { Metadata = "Requires-Dist: ice-core>=2\n", Module = "import ice_core\n" },
        new("snow", "2.0") { Metadata = "Requires-Dist: ice-core>=2\n", Module = "import ice_core\n" },
    ];

    // What fails in one step fails in all: nothing is made twice.
    private readonly Lazy<RunFolder> _built;
    private readonly Lazy<RunFolder> _run;
    private readonly PublishedFirn _firn = new();
    private RunFolder? _folder;
    private WheelIndex? _index;

    public ReproducingChapter()
    {
        _built = new Lazy<RunFolder>(Make);
        _run = new Lazy<RunFolder>(RunAndHide);
    }

    /// <summary>Where the index is.</summary>
    internal WheelIndex Index => _index!;

    /// <summary>What <c>pip freeze</c> printed in the environment before anything else was done.</summary>
    internal string Freeze { get; private set; } = string.Empty;

    /// <summary>What <c>firn build</c> printed.</summary>
    internal ProcessResult Build { get; private set; } = null!;

    /// <summary>The folder of the analysis that <c>firn build</c> made.</summary>
    internal string RunDirectory => Path.Join(_folder!.Work, ".firn", "analyses", "GW150914", "Prod0");

    /// <summary>The interpreter of the environment, there or not.</summary>
    internal string Python => Path.Join(_folder!.Work, "env", "bin", "python");

    /// <summary>The project with its environment, built.</summary>
    internal RunFolder Built() => _built.Value;

    /// <summary>The project after its run, and its environment renamed away.</summary>
    internal RunFolder Run() => _run.Value;

    public void Dispose()
    {
        _index?.Dispose();
        _folder?.Dispose();
    }

    private RunFolder Make()
    {
        var folder = _folder = new RunFolder(_firn);
        _index = new WheelIndex(folder.PathOf("index"), Wheels);
        var environment = new PythonRunner(RealPython.Of("system")).MakeEnvironment(Path.Join(folder.Work, "env"));
        _index.Install(environment, "snow==1.0", "ice-core==2.1");
        Freeze = environment.Run("-m", "pip", "freeze").MustReturn(0).StandardOutput;
        folder.Write("sample.py", "import snow\nopen('posterior.txt', 'w').write('%d\\n' % snow.ice_core.depth)\n");
        folder.Write(
            "firn.yaml",
            $"environment: env\nanalyses:\n  {Analysis}:\n    command: python sample.py\n    outputs: posterior.txt\n");
        Build = folder.Firn("build").MustReturn(0);
        return folder;
    }

    private RunFolder RunAndHide()
    {
        var folder = Built();
        folder.Firn("run").MustReturn(0);
        Directory.Move(Path.Join(folder.Work, "env"), folder.PathOf("gone"));
        return folder;
    }
}
