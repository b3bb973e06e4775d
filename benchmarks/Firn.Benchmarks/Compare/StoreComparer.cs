namespace Firn.Benchmarks.Compare;

/// <summary>Archives and restores beside the tools that do the same with files: borg, <c>cp -a</c>, <c>cp -al</c>.</summary>
/// <param name="firn">The published firn.</param>
/// <param name="folder">Where the runs write.</param>
/// <param name="runs">How often each contestant is measured.</param>
internal sealed class StoreComparer(string firn, WorkFolder folder, int runs)
{
    private const double FirstArchiveFactor = 6;
    private const double NextArchiveFactor = 10;
    private const double RestoreFactor = 1 / 0.8;
    private const double LinkFactor = 1 / 0.6;

    private Dictionary<string, string> Variables => new()
    {
        ["FIRN_CACHE"] = folder.PathOf("cache"),
        ["BORG_BASE_DIR"] = folder.PathOf("borg-base"),
        ["BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK"] = "yes",
    };

    /// <summary>Everything of a prefix into an empty store, beside <c>borg create</c> into an empty repository.</summary>
    public Comparison FirstArchive(PythonPrefix original) => FirstArchiveOf(original.Prefix, Copy(original));

    private Comparison FirstArchiveOf(string title, PythonPrefix python) => Compare(
        $"first archive of {title}",
        Archive(python, run => folder.PathOf($"store-{run}")) with
        {
            Before = _ => Remove("cache"),
            After = run => Remove($"store-{run}"),
        },
        Borg(python, run => folder.PathOf($"borg-{run}")) with
        {
            Before = run =>
            {
                Remove("borg-base");
                InitializeBorg(folder.PathOf($"borg-{run}"));
            },
            After = run => Remove($"borg-{run}"),
        },
        FirstArchiveFactor);

    /// <summary>The same again with nothing changed.</summary>
    public Comparison NextArchive(PythonPrefix original)
    {
        var python = Copy(original);
        Remove("cache");
        Remove("borg-base");
        InitializeBorg(folder.PathOf("borg"));
        var archive = Archive(python, _ => folder.PathOf("store"));
        var borg = Borg(python, _ => folder.PathOf("borg"));
        ProcessTimer.Run(archive.FileName, archive.Arguments(-1), archive.Variables);
        ProcessTimer.Run(borg.FileName, borg.Arguments(-1), borg.Variables);
        // Files of the last second count as changed, by git's rule for both.
        Thread.Sleep(TimeSpan.FromSeconds(2));
        return Compare($"archive of {original.Prefix} again, unchanged", archive, borg, NextArchiveFactor);
    }

    /// <summary>A restore without unpacked bundles beside <c>cp -a</c> of the same files.</summary>
    public Comparison Restore(PythonPrefix python)
    {
        var id = Prepare(python);
        return Compare(
            $"restore of {python.Prefix}",
            Restored("firn restore", id, "restored"),
            Copied("cp -a", "-a", "copied"),
            RestoreFactor);
    }

    /// <summary>A restore that links unpacked bundles beside <c>cp -al</c> of the same files.</summary>
    public Comparison RestoreLinked(PythonPrefix python)
    {
        var id = Prepare(python);
        return Compare(
            $"restore --link of {python.Prefix}",
            Restored("firn restore --link", id, "linked", "--link"),
            Copied("cp -al", "-al", "hard-linked"),
            LinkFactor);
    }

    /// <summary>
    /// The same files in memory: borg drops what it has read from the system's cache, and whoever comes next would read
    /// from the disk.
    /// </summary>
    private PythonPrefix Copy(PythonPrefix original)
    {
        var copy = folder.PathOf("python");
        if (!Directory.Exists(copy))
        {
            ProcessTimer.Run("cp", ["-a", original.Prefix, copy]);
        }

        return PythonPrefix.At(copy);
    }

    private Contestant Archive(PythonPrefix python, Func<int, string> store) => new(
        "firn capture --archive",
        firn,
        run => ["capture", python.Executable, "--archive", "--yes", "--store", store(run)])
    { Variables = Variables };

    private Contestant Borg(PythonPrefix python, Func<int, string> repository) => new(
        "borg create", "borg", run => ["create", $"{repository(run)}::archive-{run}", python.Prefix])
    { Variables = Variables };

    private void InitializeBorg(string repository) =>
        ProcessTimer.Run("borg", ["init", "--encryption", "none", repository], Variables);

    /// <summary>Archives the prefix and lays a copy of it where links can be made.</summary>
    /// <returns>The folder with its capture.</returns>
    private string Prepare(PythonPrefix python)
    {
        Remove("cache");
        Remove("source");
        var capture = folder.PathOf("capture");
        ProcessTimer.Run(
            firn,
            ["capture", python.Executable, "--archive", "--yes", "--store", folder.PathOf("store"), "-o", capture],
            Variables);
        ProcessTimer.Run("cp", ["-a", python.Prefix, folder.PathOf("source")]);
        return capture;
    }

    private Contestant Restored(string name, string capture, string target, params string[] options) => new(
        name,
        firn,
        run => ["restore", capture, "--store", folder.PathOf("store"), "--to", folder.PathOf($"{target}-{run}"), .. options])
    {
        Variables = Variables,
        After = run => Remove($"{target}-{run}"),
    };

    private Contestant Copied(string name, string option, string target) => new(
        name, "cp", run => [option, folder.PathOf("source"), folder.PathOf($"{target}-{run}")])
    {
        After = run => Remove($"{target}-{run}"),
    };

    private Comparison Compare(string title, Contestant own, Contestant peer, double factor)
    {
        Console.Error.WriteLine($"measuring {runs} runs of each: {title}");
        var timings = ProcessTimer.Measure(
            runs, own, peer, new Contestant("firn --version (start-up)", firn, _ => ["--version"]));
        return new Comparison(title, timings[0], timings[1], timings[2], factor, InProcess: null);
    }

    // rm, since .NET's own deletion stumbles over folders that may not be written to.
    private void Remove(string name) => ProcessTimer.Run("rm", ["-rf", folder.PathOf(name)]);
}
