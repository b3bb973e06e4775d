using System.Diagnostics;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Restoring;

/// <summary>
/// <c>firn restore</c> of real environments. What is restored runs in a mount namespace in which the original is an empty
/// folder, and without a network: a copy that still needs either of them fails.
/// </summary>
[Collection(MachinePythons.Name)]
public sealed class RestoreTests(PublishedFirn firn, ArchivedPython whole, ArchivedEnvironment environment)
    : IClassFixture<ArchivedPython>, IClassFixture<ArchivedEnvironment>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableTheory]
    [InlineData("plain", "")]
    [InlineData("linked", "--link")]
    public void A_whole_python_runs_from_its_new_place_when_the_old_one_is_gone(string name, string option)
    {
        Part.Root();
        var original = ArchivedPython.Prefix;
        var python = ArchivedPython.Python;
        var modules = whole.Modules;
        var freeze = python.Run("-m", "pip", "freeze").MustReturn(0).StandardOutput;
        var version = python.Run("-c", "import sys; print(sys.version)").MustReturn(0).StandardOutput;
        var prefix = _folder.PathOf(name);

        Firn(["restore", whole.Capture, "--store", whole.Store, "--to", prefix, .. option.Length > 0 ? new[] { option } : []]).MustReturn(0);

        string Hidden(string code) => RunHidden(original, Path.Join(prefix, "bin", "python3"), "-c", code);
        Assert.Equal(version, Hidden("import sys; print(sys.version)"));
        Assert.Equal(freeze, RunHidden(original, Path.Join(prefix, "bin", "python3"), "-m", "pip", "freeze"));
        Assert.Equal(modules, Hidden(ArchivedPython.ImportableModules));
        Assert.DoesNotContain(original, Hidden("print(open('/proc/self/maps').read())"));
        var library = Hidden("print([l for l in open('/proc/self/maps') if 'libpython' in l][:1] or 'static')");
        Assert.True(library.Contains(prefix, StringComparison.Ordinal) || library.Trim() == "static", library);
        RunHidden(original, Path.Join(prefix, "bin", "pip3"), "--version");
        RunHidden(original, Path.Join(prefix, "bin", "python3"), "-m", "compileall", "-q", Path.Join(prefix, "lib", PythonFolder(prefix), "json"));
        Firn(["verify", whole.Capture, prefix, "--read-data", "--store", whole.Store]).MustReturn(0);
    }

    [SkippableTheory]
    [InlineData("short", 0)]
    [InlineData("with space", 0)]
    [InlineData("long", 150)]
    public void A_virtual_environment_comes_back_with_its_interpreter_and_scripts(string name, int padding)
    {
        Part.Root();
        var original = ArchivedPython.Prefix;
        var prefix = _folder.PathOf(name + new string('x', padding));

        Firn(["restore", environment.Capture, "--store", environment.Store, "--to", prefix]).MustReturn(0);

        // pip leaves a script that the wheel does not mark as executable as it is.
        Assert.Equal("tool\n", RunHidden(original, Path.Join(prefix, "bin", "python"), Path.Join(prefix, "bin", "demo-tool")));
        Assert.Equal(
            File.ReadLines(Path.Join(prefix, "bin", "demo-run")).First(),
            File.ReadLines(Path.Join(prefix, "bin", "demo-tool")).First());
        Assert.Equal("demo runs\n", RunHidden(original, Path.Join(prefix, "bin", "demo-run")));
        Assert.Equal(environment.Freeze, RunHidden(original, Path.Join(prefix, "bin", "python"), "-m", "pip", "freeze"));
        Assert.Equal(
            $"{prefix} {Path.Join(prefix, ".firn/python")}\n",
            RunHidden(original, Path.Join(prefix, "bin", "python"), "-c", "import sys; print(sys.prefix, sys.base_prefix)"));
        Firn(["verify", environment.Capture, prefix, "--read-data", "--store", environment.Store]).MustReturn(0);
        RunHidden(original, Path.Join(prefix, "bin", "python"), "-m", "pip", "uninstall", "-y", "demo");
        Assert.False(File.Exists(Path.Join(prefix, "bin", "demo-tool")));
        Assert.False(File.Exists(Path.Join(prefix, "bin", "demo-run")));
    }

    [SkippableFact]
    public void Killed_at_any_moment_the_prefix_is_whole_or_absent_and_the_next_restore_puts_away_what_is_left()
    {
        // The whole Python has more packages and no other steps; a restore of it takes three times as long.
        var (capture, store) = TestScale.IsFull
            ? (whole.Capture, whole.Store)
            : (environment.Capture, environment.Store);
        var prefix = _folder.PathOf("restored");
        var watch = Stopwatch.StartNew();
        Firn(["restore", capture, "--store", store, "--to", prefix]).MustReturn(0);
        var time = watch.Elapsed;
        Directory.Delete(prefix, recursive: true);
        var random = new Random(7);
        for (var i = 0; i < TestScale.Of(12, 100); i++)
        {
            using var process = Process.Start(new ProcessStartInfo(
                firn.Executable, ["restore", capture, "--store", store, "--to", prefix])
            {
                RedirectStandardOutput = true,
            })!;
            Thread.Sleep(time * (random.NextDouble() * 1.1));
            process.Kill();
            process.WaitForExit();
            if (Directory.Exists(prefix))
            {
                Assert.True(File.Exists(Path.Join(prefix, ".firn", "restore.json")));
                Firn(["verify", capture, prefix, "--store", store]).MustReturn(0);
                Directory.Delete(prefix, recursive: true);
            }
        }

        Firn(["restore", capture, "--store", store, "--to", prefix]).MustReturn(0);
        Assert.Equal(["restored"], Directory.EnumerateDirectories(_folder.Root, "restored*").Select(Path.GetFileName));
    }

    [SkippableFact]
    public void Eight_restores_at_once_make_one_shared_prefix()
    {
        var capture = environment.Capture;
        var results = new ProcessResult[8];
        var threads = new Thread[results.Length];
        for (var i = 0; i < threads.Length; i++)
        {
            var index = i;
            threads[i] = new Thread(() => results[index] = Firn(["restore", capture, "--store", environment.Store, "--json"]));
            threads[i].Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        Assert.All(results, result => result.MustReturn(0));
        Assert.Equal(1, results.Count(result => result.StandardOutput.Contains("\"was_there\": false", StringComparison.Ordinal)));
        Assert.Single(Directory.EnumerateDirectories(_folder.PathOf("shared")));
    }

    [SkippableFact]
    public void A_full_disk_leaves_nothing_and_says_so()
    {
        Part.Root();
        var disk = _folder.PathOf("disk");
        Directory.CreateDirectory(disk);
        // The plan cannot see that the inodes run out.
        var result = new ProcessRunner { Variables = Variables() }.Run(
            "unshare",
            ["-m", "sh", "-c", "mount -t tmpfs -o nr_inodes=500 none \"$0\"; \"$1\" restore \"$2\" --store \"$3\" --to \"$0/env\"; code=$?; ls -A \"$0\"; exit $code",
             disk, firn.Executable, whole.Capture, whole.Store]);

        result.MustReturn(1);
        Assert.Contains("no space left", result.StandardError, StringComparison.Ordinal);
        Assert.Equal(string.Empty, result.StandardOutput);
    }

    [SkippableFact]
    public void What_is_missing_is_said_at_once_and_nothing_is_touched()
    {
        Part.LinuxX64();
        Firn(["capture", SmallEnvironment(), "--archive", "--yes", "--store", Store, "-o", Capture]).MustReturn(0);
        var bundles = Directory.GetFiles(Path.Join(Store, "bundles"), "*.json", SearchOption.AllDirectories);
        // A bundle's index has 64 digits; bytecode, which nothing needs, a tag too.
        File.Delete(bundles.First(path => Path.GetFileNameWithoutExtension(path).Length == 64));
        Directory.CreateDirectory(_folder.PathOf("taken", "something"));

        var result = Firn(["restore", Capture, "--store", Store, "--to", _folder.PathOf("taken")]).MustReturn(1);

        Assert.Contains("is not empty", result.StandardError, StringComparison.Ordinal);
        Assert.Contains("is not in the store", result.StandardError, StringComparison.Ordinal);
        Assert.Equal(["something"], Directory.EnumerateFileSystemEntries(_folder.PathOf("taken")).Select(Path.GetFileName));
    }

    public void Dispose() => _folder.Dispose();

    private string Store => _folder.PathOf("store");

    private string Capture => _folder.PathOf("capture");

    private ProcessResult Firn(IEnumerable<string> arguments) => firn.Run(
        new ProcessRunner { Variables = Variables(), WorkingDirectory = "/", Timeout = TimeSpan.FromMinutes(4) }, arguments);

    private Dictionary<string, string?> Variables() => new(PythonRunner.Clean())
    {
        ["FIRN_CACHE"] = _folder.PathOf("cache"),
        ["FIRN_ENVIRONMENTS"] = _folder.PathOf("shared"),
    };

    private string SmallEnvironment()
    {
        var prefix = _folder.PathOf("small");
        var python = new PythonRunner(RealPython.Of("system"));
        python.MakeEnvironment(prefix, "--without-pip");
        python.Pip(
            "--python", prefix + "/bin/python", "install", "--quiet", "--no-index", "--no-deps",
            new WheelFile("demo", "1.0").WriteTo(_folder.PathOf("wheels")));
        return prefix;
    }

    /// <summary>Runs without a network, an empty file system over the original.</summary>
    private string RunHidden(string original, params string[] command) => new ProcessRunner
    {
        Variables = Variables(),
        WorkingDirectory = "/",
        Timeout = TimeSpan.FromMinutes(4),
    }.Run("unshare", ["-m", "-n", "sh", "-c", "mount -t tmpfs none \"$0\"; exec \"$@\"", original, .. command]).MustReturn(0).StandardOutput;

    private static string PythonFolder(string prefix) => Path.GetFileName(
        Directory.EnumerateDirectories(Path.Join(prefix, "lib"), "python3*").First());
}
