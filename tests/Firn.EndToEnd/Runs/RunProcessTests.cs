using System.Diagnostics;
using System.Text;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>Signals reach what <c>firn run</c> runs, and nothing of it is left, however it ends.</summary>
public sealed class RunProcessTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const string Handler =
        """
        import signal, sys, time
        def end(number, frame):
            print("got", number)
            sys.exit(9)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, end)
        signal.signal(signal.SIGUSR1, lambda number, frame: print("usr", number))
        print("ready")
        for i in range(600):
            time.sleep(0.1)
        """;

    [SkippableTheory]
    [InlineData("TERM", 15)]
    [InlineData("INT", 2)]
    [InlineData("HUP", 1)]
    public void Signal_reaches_the_command_once_and_the_run_is_kept(string signal, int number)
    {
        using var folder = new RunFolder(firn);
        folder.Write("wait.py", Handler);
        using var process = folder.Start("run", "--no-archive", "--", "python", "wait.py");
        Assert.Equal("ready", process.StandardOutput.ReadLine());

        Kill(signal, process.Id);

        Assert.Equal($"got {number}\n", process.StandardOutput.ReadToEnd());
        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(9, process.ExitCode);
        Assert.Equal($"ready\ngot {number}\n", Encoding.UTF8.GetString(folder.Fetch("adhoc/python@1", "run.log")));
        Assert.Equal("failed", folder.Status("adhoc/python@1"));
    }

    [SkippableFact]
    public void Traced_run_gets_a_signal_once_and_has_the_commands_code()
    {
        using var folder = new RunFolder(firn);
        folder.Write("wait.py", Handler);
        using var process = folder.Start("run", "--no-archive", "--observe=trace", "--", "python", "wait.py");
        Assert.Equal("ready", process.StandardOutput.ReadLine());

        Kill("INT", process.Id);

        Assert.Equal("got 2\n", process.StandardOutput.ReadToEnd());
        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(9, process.ExitCode);
        Assert.Equal("python", folder.Execution("adhoc/python@1").GetProperty("command")[0].GetString());
    }

    [SkippableFact]
    public void Signal_that_ends_the_command_ends_firn_with_its_code()
    {
        using var folder = new RunFolder(firn);
        using var process = folder.Start("run", "--no-archive", "--", "sh", "-c", "echo ready; exec sleep 60");
        Assert.Equal("ready", process.StandardOutput.ReadLine());

        Kill("TERM", process.Id);

        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(143, process.ExitCode);
        Assert.Equal("SIGTERM", folder.Execution("adhoc/sh@1").GetProperty("signal").GetString());
    }

    [SkippableFact]
    public void User_signals_reach_only_the_program_that_was_named()
    {
        using var folder = new RunFolder(firn);
        folder.Write("wait.py", Handler);
        using var process = folder.Start("run", "--no-archive", "--", "python", "wait.py");
        Assert.Equal("ready", process.StandardOutput.ReadLine());

        Kill("USR1", process.Id);
        Assert.StartsWith("usr", process.StandardOutput.ReadLine(), StringComparison.Ordinal);
        Kill("TERM", process.Id);

        Assert.True(process.WaitForExit(60_000));
        Assert.Equal(9, process.ExitCode);
    }

    [SkippableFact]
    public void Processes_that_are_left_behind_are_ended_and_named()
    {
        using var folder = new RunFolder(firn);
        var mark = $"{Random.Shared.Next(1_000_000, 9_000_000)}";

        // The shell ends when each of its children has become the program that it starts.
        var result = folder.Firn(
            "run", "--no-archive", "--", "sh", "-c",
            $"setsid sleep {mark} & a=$!; (trap '' TERM; exec sleep {mark}1) & b=$!; env -i /bin/sleep {mark}2 & "
            + "for p in $a $b $!; do until [ \"$(cat /proc/$p/comm)\" = sleep ]; do sleep 0.05; done; done; echo done")
            .MustReturn(0);

        Assert.Equal("done\n", result.StandardOutput);
        Assert.Contains($"was ended: sleep {mark} ", result.StandardError);
        Assert.Contains($"was ended: sleep {mark}1 ", result.StandardError);
        Assert.Contains($"was ended: /bin/sleep {mark}2 ", result.StandardError);
        Assert.Empty(Running(mark));
    }

    [SkippableFact]
    public void Killed_firn_takes_all_of_the_run_along()
    {
        using var folder = new RunFolder(firn);
        var mark = $"{Random.Shared.Next(1_000_000, 9_000_000)}";
        using var process = folder.Start(
            "run", "--no-archive", "--", "sh", "-c", $"setsid sleep {mark} & sleep {mark}1 & echo ready; sleep {mark}2");
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        // A shell that has forked is not yet the program it starts.
        WaitUntil(() => Running(mark).Count == 3);

        process.Kill();
        process.WaitForExit();

        WaitUntil(() => Running(mark).Count == 0);
    }

    private static void WaitUntil(Func<bool> isSo)
    {
        var watch = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), "it did not come to that in a minute");
            Thread.Sleep(50);
        }
    }

    private static void Kill(string signal, int process) =>
        new ProcessRunner().Run("/bin/kill", "-s", signal, $"{process}").MustReturn(0);

    private static List<string> Running(string mark)
    {
        var found = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                var line = File.ReadAllText(Path.Join(folder, "cmdline"));
                if (line.Contains("sleep\0" + mark, StringComparison.Ordinal))
                {
                    found.Add(line);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is not a process.
            }
        }

        return found;
    }
}
