using System.Diagnostics;
using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>What goes wrong around a run is said at the run, and stands in its record; nothing is lost.</summary>
public sealed class RunTroubleTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableTheory]
    [InlineData("run --env env --no-archive -- sh -c 'exit 3' 2>/dev/full", 3)]
    [InlineData("run --env env --no-archive -- sh -c 'exit 3' 2>&-", 3)]
    [InlineData("capture /nothing 2>/dev/full", 1)]
    [InlineData("capture /nothing 2>&-", 1)]
    [InlineData("capture env 2>&- >&-", 1)]
    [InlineData("capture env >/dev/full", 1)]
    public void Messages_that_nobody_can_take_change_no_exit_code(string line, int exitCode)
    {
        Part.MustBePresent(OperatingSystem.IsLinux(), "there is no /dev/full");
        using var folder = new RunFolder(firn);
        new PythonRunner(RealPython.Of("system")).MakeEnvironment(Path.Join(folder.Work, "env"));

        folder.Program("/bin/sh", "-c", $"'{firn.Executable}' {line}").MustReturn(exitCode);
        folder.Firn("store", "check", "--read-data");
    }

    [SkippableFact]
    public void Package_built_again_with_the_same_version_is_a_change_since_the_build()
    {
        using var folder = new RunFolder(firn);
        var environment = new PythonRunner(RealPython.Of("system")).MakeEnvironment(Path.Join(folder.Work, "env"));
        environment.Install(new WheelFile("snow", "1.0") { Module = "depth = 1\n" }.WriteTo(folder.PathOf("first")));
        folder.Write(
            "firn.yaml",
            "environment: env\nanalyses: {a/b: {command: python -c 'import snow; print(snow.depth)'}}\n");
        folder.Firn("build").MustReturn(0);
        var second = new WheelFile("snow", "1.0") { Module = "depth = 2\n" };
        environment.Install("--force-reinstall", second.WriteTo(folder.PathOf("second")));

        var frozen = folder.Firn("run", "--frozen").MustReturn(125);
        Assert.Contains("has changed since it was built: other contents of snow: 1.0 (", frozen.StandardError);
        Assert.Empty(StoreChain.Check(folder.PathOf("store"), "a", "b"));

        var run = folder.Firn("run").MustReturn(0);
        Assert.Contains("changed since the build: other contents of snow: 1.0 (", run.StandardError);
        Assert.StartsWith("2\n", run.StandardOutput, StringComparison.Ordinal);
        Assert.Contains(
            folder.Execution("a/b@1").GetProperty("changes_since_build").EnumerateArray(),
            change => change.GetString()!.StartsWith("other contents of snow: 1.0 (", StringComparison.Ordinal));

        folder.Firn("build").MustReturn(0);
        Assert.DoesNotContain("since the build", folder.Firn("run", "--frozen").MustReturn(0).StandardError);
    }

    [SkippableFact]
    public void File_that_was_edited_in_site_packages_is_a_change_although_the_record_is_the_same()
    {
        using var folder = new RunFolder(firn);
        folder.Install("snow", "1.0");
        folder.Write("seed.txt", "1");
        folder.Write(
            "firn.yaml",
            """
            environment: .venv
            analyses:
              a/b:
                command: python -c 'import snow; open("out.txt", "w").write(snow.version)'
                inputs: seed.txt
                outputs: out.txt
            """);
        folder.Firn("run").MustReturn(0);
        Assert.Contains("unchanged", folder.Firn("run").MustReturn(0).StandardOutput);
        var module = Directory.GetFiles(Path.Join(folder.Work, ".venv"), "snow.py", SearchOption.AllDirectories).Single();
        File.WriteAllText(module, File.ReadAllText(module).Replace("1.0", "9.9", StringComparison.Ordinal));

        var run = folder.Firn("run").MustReturn(0);

        Assert.Contains("a/b: changed since a/b@1: the files of snow", run.StandardError);
        Assert.Equal("9.9", File.ReadAllText(Path.Join(folder.Work, "out.txt")));
        Assert.Contains("files snow", folder.Firn("diff", "a/b@1", "a/b@2").MustReturn(3).StandardOutput);
    }

    [SkippableFact]
    public void Module_that_PYTHONPATH_puts_in_place_of_a_captured_one_is_told_once()
    {
        using var folder = new RunFolder(firn);
        folder.Install("snow", "1.0");
        var shadow = folder.Write("old/snow.py", "version = 'old'\n");
        folder.Write(
            "firn.yaml",
            """
            environment: .venv
            pythonpath: old
            analyses:
              a/b:
                command: python -c 'import snow; print(snow.version)'
            """);

        var run = folder.Firn("run").MustReturn(0);

        Assert.StartsWith("old\n", run.StandardOutput, StringComparison.Ordinal);
        var warning = Assert.Single(
            run.StandardError.Split('\n'), line => line.Contains(shadow, StringComparison.Ordinal));
        Assert.Equal($"warning: the module snow was loaded in place of that of snow: {shadow}", warning);
        var observation = Observation(folder, "a/b@1");
        var outside = Assert.Single(observation.GetProperty("outside").EnumerateArray());
        Assert.Equal(shadow, outside.GetProperty("path").GetString());
        Assert.Equal("snow", outside.GetProperty("shadows").GetString());
        Assert.Contains("snow", observation.GetProperty("unused").EnumerateArray().Select(name => name.GetString()));
        Assert.Contains($"Outside         snow from {shadow}", folder.Firn("show", "a/b").MustReturn(0).StandardOutput);
    }

    [SkippableTheory]
    [InlineData("", "a process ran another Python than the captured one", true)]
    [InlineData("-I", "a Python process did not report what it imported (-I)", false)]
    public void Child_process_with_another_Python_is_told(string option, string message, bool isObserved)
    {
        var other = RealPython.Of("3.8");
        // The child sleeps so long that it is seen in /proc also while other tests have the processors.
        using var folder = new RunFolder(firn);
        folder.Write(
            "parent.py",
            """
            import subprocess, sys
            option = [o for o in sys.argv[2:] if o]
            child = "import sys, time; print(sys.version_info[1]); time.sleep(1.5)"
            print(subprocess.check_output([sys.argv[1]] + option + ["-c", child]).decode())
            """);

        var run = folder.Firn("run", "--", "python", "parent.py", other, option).MustReturn(0);

        Assert.StartsWith("8\n", run.StandardOutput, StringComparison.Ordinal);
        var warning = Assert.Single(
            run.StandardError.Split('\n'), line => line.StartsWith("warning: ", StringComparison.Ordinal));
        Assert.StartsWith($"warning: {message}: ", warning);
        Assert.Contains("python3.8", warning);
        var processes = Observation(folder, "adhoc/python@1").GetProperty("processes").EnumerateArray().ToList();
        Assert.Equal(2, processes.Count);
        var child = Assert.Single(processes, process => process.GetProperty("executable").GetString()!
            .EndsWith("python3.8", StringComparison.Ordinal));
        Assert.Equal(isObserved, child.GetProperty("observed").GetBoolean());
    }

    [SkippableFact]
    public void Missing_output_fails_the_analysis_and_what_needs_it_and_keeps_what_is_there()
    {
        using var folder = new RunFolder(firn);
        folder.Write(
            "firn.yaml",
            """
            environment: .venv
            analyses:
              a/first:
                command: echo half > half.txt; echo told
                outputs: [half.txt, model.bin]
              a/second:
                command: touch second-ran
                needs: first
              a/third:
                command: echo third
            """);

        var run = folder.Firn("run").MustReturn(1);

        Assert.Contains("error: the output model.bin of a/first is missing\n", run.StandardError);
        Assert.Matches(@"(?m)^a/first +failed .*\s+an output is missing, kept as a/first@1$", run.StandardOutput);
        Assert.Matches("(?m)^a/second +not run +needs a/first, which did not succeed$", run.StandardOutput);
        Assert.Matches("(?m)^a/third +done ", run.StandardOutput);
        Assert.False(File.Exists(Path.Join(folder.Work, "second-ran")));
        Assert.Equal("failed", folder.Status("a/first@1"));
        Assert.Equal("half\n"u8.ToArray(), folder.Fetch("a/first@1", "half.txt"));
        Assert.Equal("told\n"u8.ToArray(), folder.Fetch("a/first@1", "run.log"));
        var missing = folder.Execution("a/first@1").GetProperty("missing_outputs").EnumerateArray();
        Assert.Equal("model.bin", Assert.Single(missing).GetString());
    }

    [SkippableFact]
    public void Input_that_only_another_user_may_read_is_named_before_anything_runs()
    {
        using var nobody = new OtherUser(firn);
        var project = nobody.PathOf("own/project");
        var store = nobody.PathOf("own/store");
        nobody.Run("store", "init", "--store", store).MustReturn(0);
        new ProcessRunner().Run(Part.Program("install"), "-d", "-o", "65534", project).MustReturn(0);
        File.WriteAllText(
            Path.Join(project, "firn.yaml"),
            """
            environment: /usr/bin/python3
            archive: false
            analyses:
              a/b:
                command: cp ward.csv copy.csv
                inputs: ward.csv
                outputs: copy.csv
            """);
        File.WriteAllText(Path.Join(project, "ward.csv"), "1,2\n");
        new ProcessRunner().Run(Part.Program("chmod"), "600", Path.Join(project, "ward.csv")).MustReturn(0);

        var refused = nobody.Run("run", "--project", project, "--store", store).MustReturn(125);

        Assert.Contains("error: a/b: cannot read the input ward.csv: permission denied\nhint: ", refused.StandardError);
        Assert.False(File.Exists(Path.Join(project, "copy.csv")));
        Assert.Empty(StoreChain.Check(store, "a", "b"));
        new ProcessRunner().Run(Part.Program("chmod"), "644", Path.Join(project, "ward.csv")).MustReturn(0);
        nobody.Run("run", "--project", project, "--store", store).MustReturn(0);
        Assert.Contains("copy.csv", StoreChain.Check(store, "a", "b")[1]);
    }

    [SkippableFact]
    public void Two_runs_at_once_of_one_project_run_each_analysis_once()
    {
        using var folder = new RunFolder(firn);
        var gate = folder.PathOf("gate");
        folder.Write(
            "work.py",
            """
            import os, sys, time
            print('ready', flush=True)
            while sys.argv[1] in 'ab' and not os.path.exists(sys.argv[2]):
                time.sleep(0.02)
            open(sys.argv[1] + '.txt', 'a').write('x')
            """);
        folder.Write(
            "firn.yaml",
            "environment: .venv\nanalyses:\n" + string.Concat("abcd".Select(name =>
                $"  at/{name}: {{command: python work.py {name} {gate}, inputs: work.py, outputs: {name}.txt}}\n")));

        using var first = folder.Start("run", "at/a", "at/b", "--jobs", "2");
        Assert.EndsWith("| ready", first.StandardOutput.ReadLine(), StringComparison.Ordinal);
        Assert.EndsWith("| ready", first.StandardOutput.ReadLine(), StringComparison.Ordinal);
        var second = folder.Firn("run", "--jobs", "4").MustReturn(125);
        File.WriteAllText(gate, string.Empty);
        first.StandardOutput.ReadToEnd();
        Assert.True(first.WaitForExit(60_000));

        Assert.Equal(0, first.ExitCode);
        Assert.Contains($"at/a is running already: process {first.Id} on ", second.StandardError);
        Assert.Contains($"at/b is running already: process {first.Id} on ", second.StandardError);
        Assert.Matches("(?m)^at/c +done ", second.StandardOutput);
        Assert.Matches("(?m)^at/d +done ", second.StandardOutput);
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            Assert.Single(StoreChain.Check(folder.PathOf("store"), "at", name));
            Assert.Equal("succeeded", folder.Status($"at/{name}@1"));
            Assert.Equal("x"u8.ToArray(), folder.Fetch($"at/{name}@1", $"{name}.txt"));
        }

        Assert.DoesNotContain("done", folder.Firn("run").MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void Many_commands_at_once_under_one_name_are_all_kept()
    {
        const int Count = 6;
        using var folder = new RunFolder(firn);
        var processes = new List<Process>();
        for (var index = 0; index < Count; index++)
        {
            processes.Add(folder.Start("run", "--as", "at/once", "--", "python", "-c", $"print({index})"));
        }

        foreach (var process in processes)
        {
            var errors = process.StandardError.ReadToEndAsync();
            Assert.True(process.WaitForExit(60_000));
            Assert.True(process.ExitCode == 0, errors.Result);
            process.Dispose();
        }

        var runs = StoreChain.Check(folder.PathOf("store"), "at", "once");
        Assert.Equal(Count, runs.Count);
        var logs = runs.Keys.Select(number => folder.Fetch($"at/once@{number}", "run.log")[0] - (byte)'0');
        Assert.Equal(Enumerable.Range(0, Count), logs.Order());
    }

    private static JsonElement Observation(RunFolder folder, string run)
    {
        using var document = JsonDocument.Parse(folder.Fetch(run, "observation.json"));
        return document.RootElement.Clone();
    }
}
