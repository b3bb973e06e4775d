namespace Firn.Benchmarks.Compare;

/// <summary>
/// <c>firn run -- python -c pass</c> beside <c>python -c pass</c>. The environment is archived before: the first run
/// pays for that once, and <c>compare archive</c> measures it.
/// </summary>
/// <param name="firn">The published firn.</param>
/// <param name="folder">Where the environment, the store and the runs are.</param>
/// <param name="runs">How often each is measured.</param>
internal sealed class RunOverheadComparer(string firn, WorkFolder folder, int runs)
{
    private const string SystemPython = "/usr/bin/python3";
    private static readonly string[] Nothing = ["-c", "pass"];
    private static readonly TimeSpan Allowed = TimeSpan.FromMilliseconds(150);

    /// <summary>A fresh virtual environment of the system's Python: pip, and what comes with it.</summary>
    public RunOverhead Small()
    {
        var prefix = folder.PathOf("small");
        ProcessTimer.Run(SystemPython, ["-m", "venv", prefix]);
        return Measure("a fresh virtual environment", PythonPrefix.At(prefix), Allowed);
    }

    /// <summary>An environment of the machine.</summary>
    public RunOverhead Of(PythonPrefix python) => Measure(python.Prefix, python, allowed: null);

    private RunOverhead Measure(string name, PythonPrefix python, TimeSpan? allowed)
    {
        var title = $"python -c pass in {name} ({python.Distributions} distributions)";
        var bare = InFolder(new Contestant("python -c pass", python.Executable, _ => Nothing));
        var kept = Run("firn run --no-observe", python, "--no-observe");
        var observed = Run("firn run", python);
        Console.Error.WriteLine($"measuring {runs} runs of each: {title}");
        // Files of the last second count as changed, and would be read again.
        Thread.Sleep(TimeSpan.FromSeconds(2));
        ProcessTimer.Run(firn, observed.Arguments(-1), observed.Variables, observed.WorkingDirectory);
        Thread.Sleep(TimeSpan.FromSeconds(2));
        var timings = ProcessTimer.Measure(
            runs, bare, kept, observed, new Contestant("firn --version (start-up)", firn, _ => ["--version"]));
        return new RunOverhead(title, timings[0], timings[1], timings[2], timings[3], allowed);
    }

    private Contestant Run(string name, PythonPrefix python, params string[] options) => InFolder(new Contestant(
        name,
        firn,
        _ =>
        [
            "run", "--store", folder.PathOf("store"), "--env", python.Executable, .. options, "--", "python", .. Nothing,
        ])
    {
        Variables = new Dictionary<string, string>
        {
            ["FIRN_CACHE"] = folder.PathOf("cache"),
            // An environment of any size is archived without a question.
            ["FIRN_ARCHIVE_LIMIT"] = "100GB",
        },
    });

    // No repository and no project is around it: their code would be read and kept as well.
    private Contestant InFolder(Contestant contestant)
    {
        var path = folder.PathOf("commands");
        Directory.CreateDirectory(path);
        return contestant with { WorkingDirectory = path };
    }
}
