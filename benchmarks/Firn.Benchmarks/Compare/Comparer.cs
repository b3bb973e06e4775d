namespace Firn.Benchmarks.Compare;

/// <summary>What is compared with what, and how many times faster Firn has to be (CONTRIBUTING.md, Speed).</summary>
/// <param name="firn">The published firn.</param>
/// <param name="folder">Where the runs write.</param>
/// <param name="runs">How often each contestant is measured.</param>
internal sealed class Comparer(string firn, WorkFolder folder, int runs)
{
    private const double CaptureFactor = 8;
    private const double CondaFactor = 10;
    private const double FreezeFactor = 4;

    /// <summary>All files of a capture against nothing but <c>pip freeze</c>.</summary>
    public Comparison CaptureBesidePip(PythonPrefix python) => Compare(
        $"capture of {python.Prefix} ({python.Distributions} distributions)",
        Capture(python.Prefix),
        PipFreeze(python),
        CaptureFactor,
        python.Prefix);

    /// <summary>All files of a capture of a conda environment against <c>conda list --export</c>.</summary>
    public Comparison CaptureBesideConda(string conda, string prefix) => Compare(
        $"capture of the conda environment {prefix}",
        Capture(prefix),
        new Contestant("conda list --export", conda, _ => ["list", "--export", "-p", prefix]),
        CondaFactor,
        prefix);

    /// <summary>The same bytes, by Firn and by pip.</summary>
    public Comparison FreezeBesidePip(PythonPrefix python) => Compare(
        $"pip freeze of {python.Prefix} ({python.Distributions} distributions)",
        new Contestant(
            "firn export --format pip", firn, _ => ["export", python.Executable, "--format", "pip"]),
        PipFreeze(python),
        FreezeFactor);

    private static Contestant PipFreeze(PythonPrefix python) =>
        new("pip freeze", python.Executable, _ => ["-m", "pip", "freeze"]);

    // A new folder for each run: to write over the files of the last one would be other work.
    private Contestant Capture(string prefix) =>
        new("firn capture", firn, run => ["capture", prefix, "-o", folder.PathOf($"capture-{run}")]);

    private Comparison Compare(
        string title, Contestant own, Contestant peer, double factor, string? captured = null)
    {
        Console.Error.WriteLine($"measuring {runs} runs of each");
        var timings = ProcessTimer.Measure(
            runs, own, peer, new Contestant("firn --version (start-up)", firn, _ => ["--version"]));
        var inProcess = captured is null ? null : InProcessCapture.Measure(captured, runs);
        return new Comparison(title, timings[0], timings[1], timings[2], factor, inProcess);
    }
}
