using System.Diagnostics;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Creation;

/// <summary>Creations that are killed, and many at once: a prefix is whole or absent, and the store is never damaged.</summary>
public sealed class KilledCreateTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const int Packages = 12;
    private static readonly int Kills = TestScale.Of(15, 200);

    [SkippableFact]
    public void Create_killed_at_any_moment_leaves_a_whole_prefix_or_none()
    {
        using var folder = new CreateFolder(firn);
        var requirements = folder.Write("lock.txt", Lock(folder, "pack"));
        var longest = Measure(folder, requirements);
        var random = new Random(29);
        var (whole, absent) = (0, 0);
        for (var i = 0; i < Kills; i++)
        {
            // Cold and warm: what a killed one brought in serves the next, and now and then nothing is there.
            if (i % 3 == 0)
            {
                Remove(folder.Store);
            }

            var prefix = folder.PathOf("envs", "env");
            Remove(prefix);
            using (var process = Start(folder, requirements, prefix))
            {
                Thread.Sleep(longest * random.NextDouble());
                process.Kill();
                process.WaitForExit();
            }

            if (Path.Exists(prefix))
            {
                MustBeWhole(folder, prefix);
                whole++;
            }
            else
            {
                absent++;
            }

            MustBeClean(folder);
        }

        Assert.True(absent > 0, $"all {whole} were done before they were killed");
        Remove(folder.PathOf("envs", "env"));
        Create(folder, requirements, folder.PathOf("envs", "env")).MustReturn(0);
        MustBeWhole(folder, folder.PathOf("envs", "env"));
        // What the killed ones left beside the prefix is gone with the first that is not killed.
        CreateFolder.MustHaveNoLeftovers(folder.PathOf("envs", "env"));
    }

    [SkippableFact]
    public void Update_killed_at_any_moment_leaves_the_old_environment_or_the_new_one()
    {
        using var folder = new CreateFolder(firn);
        var requirements = folder.Write("lock.txt", Lock(folder, "pack"));
        var longest = Measure(folder, requirements);
        var prefix = folder.PathOf("envs", "env");
        Create(folder, requirements, prefix).MustReturn(0);
        var random = new Random(31);
        for (var i = 0; i < Kills; i++)
        {
            using (var process = Start(folder, requirements, prefix, "--update"))
            {
                Thread.Sleep(longest * random.NextDouble());
                process.Kill();
                process.WaitForExit();
            }

            MustBeWhole(folder, prefix);
        }

        MustBeClean(folder);
        Create(folder, requirements, prefix, "--update").MustReturn(0);
        CreateFolder.MustHaveNoLeftovers(prefix);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Eight_at_once_on_one_store_all_succeed(bool isOneLock)
    {
        using var folder = new CreateFolder(firn);
        var locks = Enumerable.Range(0, 8).Select(i => folder.Write($"lock{i}.txt", Lock(folder, isOneLock ? "pack" : $"pack{i % 4}x"))).ToList();
        var processes = locks.Select((file, i) => Start(folder, file, folder.PathOf("envs", $"env{i}"))).ToList();

        var results = processes.Select(process => (
            Error: process.StandardError.ReadToEndAsync(), Output: process.StandardOutput.ReadToEndAsync(), Process: process)).ToList();

        foreach (var (error, output, process) in results)
        {
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(5)), "it hangs");
            new ProcessResult("firn create", process.ExitCode, output.Result, error.Result).MustReturn(0);
            process.Dispose();
        }

        for (var i = 0; i < 8; i++)
        {
            new ProcessRunner { WorkingDirectory = "/" }.Run(folder.PathOf("envs", $"env{i}", "bin", (isOneLock ? "pack" : $"pack{i % 4}x") + "0-say")).MustReturn(7);
        }

        MustBeClean(folder);
        CreateFolder.MustHaveNoLeftovers(folder.PathOf("envs", "env0"));
    }

    [SkippableFact]
    public void Several_at_once_at_one_prefix_make_one_environment()
    {
        using var folder = new CreateFolder(firn);
        var requirements = folder.Write("lock.txt", Lock(folder, "pack"));
        var prefix = folder.PathOf("envs", "env");
        var processes = Enumerable.Range(0, 4).Select(_ => Start(folder, requirements, prefix)).ToList();

        var codes = processes.Select(process =>
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(5)), "it hangs");
            var result = new ProcessResult("firn create", process.ExitCode, output.Result, error.Result);
            process.Dispose();
            if (result.ExitCode != 0)
            {
                CleanFailure.Check(result, 1);
            }

            return result.ExitCode;
        }).ToList();

        Assert.Equal(1, codes.Count(code => code == 0));
        Measure(folder, requirements);
        MustBeWhole(folder, prefix);
        CreateFolder.MustHaveNoLeftovers(prefix);
    }

    [SkippableTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void Create_that_is_interrupted_returns_the_signal_and_leaves_nothing(string signal, int code)
    {
        using var folder = new CreateFolder(firn);
        var wheel = folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        using var index = new LoopbackIndex(IndexPages.Html, wheel);
        index.SendNothingMore(Path.GetFileName(wheel));
        var env = folder.PathOf("env");
        using var process = folder.Start(
            "create", "-f", folder.Write("lock.txt", "alpha==1.0"), "--to", env, "--store", folder.Store, "--python", CreateFolder.Python,
            "--index-url", index.Url);
        SpinWait.SpinUntil(() => process.HasExited || index.Requests.Any(path => path.EndsWith(".whl", StringComparison.Ordinal)), TimeSpan.FromMinutes(2));
        Assert.False(process.HasExited, process.HasExited ? process.StandardError.ReadToEnd() : null);

        new ProcessRunner().Run(Part.Program("kill"), "-" + signal, $"{process.Id}").MustReturn(0);

        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)), "it goes on");
        var result = new ProcessResult("firn create", process.ExitCode, process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        CleanFailure.Check(result, code);
        CreateFolder.MustBeAbsent(env);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Join(folder.Store, "tmp")));
        index.Instead.Clear();
        folder.Create(folder.PathOf("lock.txt"), env, "--index-url", index.Url).MustReturn(0);
    }

    private static IEnumerable<string> Lock(CreateFolder folder, string start)
    {
        for (var i = 0; i < Packages; i++)
        {
            var wheel = Path.Join(folder.Wheels, $"{start}{i}-1.0-py2.py3-none-any.whl");
            if (!File.Exists(wheel))
            {
                folder.Add(CreateFolder.Speaking($"{start}{i}", "1.0") with
                {
                    Files = Enumerable.Range(0, 20).ToDictionary(file => $"{start}{i}_parts/part{file}.py", file => $"value = {file}\n"),
                });
            }

            yield return $"{start}{i}==1.0 --hash=sha256:{LoopbackIndex.DigestOf(wheel)}";
        }
    }

    private static string[] Arguments(CreateFolder folder, string requirements, string prefix, string[] more) =>
    [
        "create", "-f", requirements, "--to", prefix, "--store", folder.Store, "--python", CreateFolder.Python, "--without-pip",
        "--no-index", "--find-links", folder.Wheels, .. more,
    ];

    private static Process Start(CreateFolder folder, string requirements, string prefix, params string[] more) =>
        folder.Start(Arguments(folder, requirements, prefix, more));

    private static ProcessResult Create(CreateFolder folder, string requirements, string prefix, params string[] more) =>
        folder.Run(Arguments(folder, requirements, prefix, more));

    private static TimeSpan Measure(CreateFolder folder, string requirements)
    {
        var watch = Stopwatch.StartNew();
        Create(folder, requirements, folder.PathOf("envs", "measured")).MustReturn(0);
        return watch.Elapsed;
    }

    private static void MustBeWhole(CreateFolder folder, string prefix)
    {
        var python = new PythonRunner(Path.Join(prefix, "bin", "python"));
        var imports = string.Join(", ", Enumerable.Range(0, Packages).Select(i => $"pack{i}, pack{i}_parts.part19"));
        python.Run("-B", "-c", $"import {imports}").MustReturn(0);
        for (var i = 0; i < Packages; i += 5)
        {
            new ProcessRunner { WorkingDirectory = "/" }.Run(Path.Join(prefix, "bin", $"pack{i}-say")).MustReturn(7);
        }

        // The one that was measured was not killed.
        folder.Run("diff", folder.PathOf("envs", "measured"), prefix).MustReturn(0);
    }

    private static void MustBeClean(CreateFolder folder)
    {
        if (File.Exists(Path.Join(folder.Store, "firn-store.json")))
        {
            var check = folder.Run("store", "check", "--read-data", "--json", "--store", folder.Store);
            Assert.True(check.ExitCode == 0, check.StandardOutput);
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
