using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>The analyses of a project: built, run, left where nothing has changed, and run again.</summary>
public sealed class ProjectRunTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const string Project =
        """
        name: snow
        environment:
          prefix: .venv
        analyses:
          - subject: snow
            name: sample
            command: python sample.py
            inputs: [data/seed.txt]
            outputs: [out/sample.csv]
          - subject: snow
            name: train
            command: python train.py
            needs: [snow/sample]
            inputs: [out/sample.csv]
            outputs: [out/model]
        """;

    [SkippableFact]
    public void Project_is_built_run_left_alone_and_run_again_when_something_changes()
    {
        using var folder = Made();
        Assert.Equal(2, States(folder).Count(state => state == "never built"));
        folder.Firn("build", "--dry-run").MustReturn(0);
        Assert.False(Directory.Exists(Path.Join(folder.Work, ".firn")));
        folder.Firn("build").MustReturn(0);
        Assert.Equal(["built", "built"], States(folder));

        var first = folder.Firn("run").MustReturn(0);
        Assert.Contains("snow/sample | sampled\n", first.StandardOutput);
        Assert.Contains("firn rerun snow/train@1", first.StandardOutput);
        Assert.Equal(["done", "done"], States(folder));
        Assert.Contains("unchanged", folder.Firn("run").MustReturn(0).StandardOutput);
        Assert.Equal(1, Runs(folder, "snow/train"));

        folder.Write("data/seed.txt", "5");
        Assert.Equal(["stale", "done"], States(folder));
        var again = folder.Firn("run").MustReturn(0);
        Assert.Contains("the input data/seed.txt", again.StandardError);
        Assert.Equal(2, Runs(folder, "snow/train"));

        File.Delete(Path.Join(folder.Work, "out", "model", "weights.txt"));
        Assert.Contains("is gone", folder.Firn("run").MustReturn(0).StandardError);
        folder.Write("train.py", File.ReadAllText(Path.Join(folder.Work, "train.py")) + "# more\n");
        Assert.Contains("the code", folder.Firn("run").MustReturn(0).StandardError);
        folder.Write("firn.yaml", Project + "\n# a remark\n");
        Assert.DoesNotContain("changed", folder.Firn("run").MustReturn(0).StandardError);
        folder.Firn("run", "--force", "snow/train").MustReturn(0);
        Assert.Equal(5, Runs(folder, "snow/train"));
    }

    [SkippableTheory]
    [InlineData("lib/sitecustomize.py", "import builtins\n", "")]
    [InlineData("lib/local.py", "version = 2\n", "")]
    [InlineData("lib/path.pth", "import sys\n", "")]
    [InlineData("bin/tool", "#!/bin/sh\necho 2\n", "")]
    [InlineData("bin/extra", "#!/bin/sh\necho 2\n", "")]
    [InlineData("outside/lab.py", "version = 2\n", "")]
    [InlineData("lib/local.py", "version = 2\n", "--no-archive")]
    [InlineData("bin/tool", "#!/bin/sh\necho 2\n", "--no-archive")]
    public void Whatever_the_environment_holds_makes_an_analysis_stale(string path, string text, string option)
    {
        using var folder = Made();
        var outside = folder.PathOf("lab");
        string Place(string name) => name.StartsWith("lib/") ? Path.Join(folder.SitePackages, name[4..])
            : name.StartsWith("bin/") ? Path.Join(folder.Work, ".venv", name)
            : Path.Join(outside, name["outside/".Length..]);
        Directory.CreateDirectory(outside);
        foreach (var known in new[] { "lib/local.py", "bin/tool", "outside/lab.py" })
        {
            File.WriteAllText(Place(known), "version = 1\n");
        }

        folder.Write("firn.yaml", Project.Replace("    command: python sample.py", $"    pythonpath: [{outside}]\n    command: python sample.py"));
        string[] options = option.Length == 0 ? ["run"] : ["run", option];
        folder.Firn(options).MustReturn(0);
        Assert.Equal(["done", "done"], States(folder));
        Assert.DoesNotContain("changed", folder.Firn(options).MustReturn(0).StandardError);

        File.WriteAllText(Place(path), text);

        Assert.Equal("stale", States(folder)[0]);
        Assert.Contains("changed since snow/sample@1", folder.Firn(options).MustReturn(0).StandardError);
        Assert.Equal(2, Runs(folder, "snow/sample"));
        Assert.Equal("done", States(folder)[0]);
    }

    [SkippableTheory]
    [InlineData("usercustomize.py")]
    [InlineData("sitecustomize.py")]
    [InlineData("usercustomize/__init__.py")]
    [InlineData("lab.pth")]
    [InlineData("../linked.py")]
    public void Whatever_the_users_site_runs_makes_an_analysis_stale(string name)
    {
        using var folder = Made();
        var sites = Path.Join(folder.PathOf("user"), "lib", Path.GetFileName(Path.GetDirectoryName(folder.SitePackages)), "site-packages");
        Directory.CreateDirectory(Path.Join(sites, "usercustomize"));
        File.WriteAllText(Path.Join(folder.Work, ".venv", "pyvenv.cfg"), "home = /usr/bin\ninclude-system-site-packages = true\n");
        File.WriteAllText(Path.Join(sites, name), "import sys\n");
        if (name == "../linked.py")
        {
            File.CreateSymbolicLink(Path.Join(sites, "usercustomize.py"), Path.Join(sites, name));
        }

        folder.Write("firn.yaml", $"variables: {{PYTHONUSERBASE: {folder.PathOf("user")}}}\n" + Project);
        folder.Firn("run").MustReturn(0);
        Assert.Equal(["done", "done"], States(folder));

        File.WriteAllText(Path.Join(sites, name), "import sys  # and more\n");

        Assert.Equal("stale", States(folder)[0]);
    }

    [SkippableFact]
    public void Build_writes_what_asimov_records()
    {
        using var folder = Made();

        folder.Firn("build").MustReturn(0);

        var run = Path.Join(folder.Work, ".firn", "analyses", "snow", "train");
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Join(run, "analysis.json")));
        var environment = document.RootElement.GetProperty("environment");
        Assert.True(environment.GetProperty("captured_at").GetBoolean());
        foreach (var file in environment.GetProperty("files").EnumerateObject())
        {
            Assert.True(File.Exists(Path.Join(run, file.Value.GetString())), file.Name);
        }

        Assert.Equal("environment.json", environment.GetProperty("files").GetProperty("metadata").GetString());
    }

    [SkippableFact]
    public void Package_changed_since_the_build_is_reported_and_frozen_refuses()
    {
        using var folder = Made();
        folder.Install("snow", "1.0");
        folder.Firn("build").MustReturn(0);
        folder.Install("snow", "2.0");

        var frozen = folder.Firn("run", "--frozen").MustReturn(125);
        Assert.Contains("snow 1.0 -> 2.0", frozen.StandardError);
        Assert.Equal(0, Runs(folder, "snow/sample"));

        var result = folder.Firn("run").MustReturn(0);
        Assert.Contains("changed since the build: snow 1.0 -> 2.0", result.StandardError);
        Assert.Equal("snow 1.0 -> 2.0", folder.Execution("snow/sample@1").GetProperty("changes_since_build")[0].GetString());
        using var record = JsonDocument.Parse(folder.Firn("results", "show", "snow/sample@1", "--json").StandardOutput);
        var ids = record.RootElement.GetProperty("environments").EnumerateArray().Select(item => item.GetProperty("environment_id").GetString());
        Assert.Equal(2, ids.Distinct().Count());
    }

    [SkippableFact]
    public void Unreadable_input_is_refused_by_name_before_anything_runs()
    {
        using var folder = Made();
        File.Delete(Path.Join(folder.Work, "data", "seed.txt"));

        var result = folder.Firn("run").MustReturn(125);

        Assert.Contains("cannot read the input data/seed.txt: not found", result.StandardError);
        Assert.Contains("needs snow/sample, which did not succeed", result.StandardOutput);
        Assert.False(Directory.Exists(Path.Join(folder.Work, "out")));
    }

    [SkippableFact]
    public void Failed_analysis_stops_what_needs_it_and_gives_its_code()
    {
        using var folder = Made();
        folder.Write("sample.py", "import sys; print('half'); sys.exit(5)");

        var result = folder.Firn("run").MustReturn(5);

        Assert.Contains("exit code 5, kept as snow/sample@1", result.StandardOutput);
        Assert.Equal("failed", folder.Status("snow/sample@1"));
        Assert.Equal(0, Runs(folder, "snow/train"));
        Assert.Equal(["failed", "built"], States(folder).Select(state => state == "never built" ? "built" : state));
    }

    [SkippableFact]
    public void Second_run_at_once_says_who_runs_and_loses_nothing()
    {
        using var folder = Made();
        var gate = folder.PathOf("gate");
        folder.Write(
            "sample.py",
            $"""
            import os, time
            print('ready')
            end = time.time() + 60
            while not os.path.exists('{gate}') and time.time() < end:
                time.sleep(0.02)
            os.makedirs('out', exist_ok=True)
            open('out/sample.csv', 'w').write('1')
            """);
        using var first = folder.Start("run", "snow/sample");
        Assert.Equal("ready", first.StandardOutput.ReadLine());

        var second = folder.Firn("run", "snow/sample").MustReturn(125);
        Assert.Contains($"running already: process {first.Id} on ", second.StandardError);
        Assert.Contains("running", States(folder));
        File.WriteAllText(gate, string.Empty);

        Assert.True(first.WaitForExit(60_000));
        Assert.Equal(0, first.ExitCode);
        Assert.Equal("succeeded", folder.Status("snow/sample@1"));
        Assert.Equal(1, Runs(folder, "snow/sample"));
    }

    [SkippableFact]
    public void Killed_run_is_interrupted_and_its_log_stays()
    {
        using var folder = Made();
        folder.Write("sample.py", "import time; print('ready'); time.sleep(60)");
        using var process = folder.Start("run", "snow/sample");
        Assert.Equal("ready", process.StandardOutput.ReadLine());

        process.Kill();
        process.WaitForExit();

        Assert.Contains("interrupted", States(folder));
        var run = Path.Join(folder.Work, ".firn", "analyses", "snow", "sample");
        Assert.Equal("ready\n", File.ReadAllText(Path.Join(run, "run.log")));
        folder.Write("sample.py", "import os; os.makedirs('out', exist_ok=True); open('out/sample.csv', 'w').write('1')");
        var again = folder.Firn("run", "snow/sample").MustReturn(0);
        Assert.Contains("was interrupted; its log is", again.StandardError);
        Assert.Equal("ready\n", File.ReadAllText(Path.Join(run, "run.interrupted.log")));
    }

    [SkippableFact]
    public void Jobs_run_at_once_and_each_line_has_its_name()
    {
        using var folder = Made();
        // Each waits for the others: one after the other they would never end.
        folder.Write(
            "meet.py",
            """
            import os, sys, time
            open(sys.argv[1] + ".here", "w").close()
            end = time.time() + 60
            while not all(os.path.exists(name + ".here") for name in "abc"):
                if time.time() > end:
                    sys.exit(1)
                time.sleep(0.01)
            for i in range(100):
                print(sys.argv[1], i)
            """);
        folder.Write(
            "firn.yaml",
            "environment: {prefix: .venv}\nanalyses:\n" + string.Concat("abc".Select(name =>
                $"  - {{subject: meet, name: {name}, command: python meet.py {name}}}\n")));

        var result = folder.Firn("run", "--jobs", "3").MustReturn(0);

        foreach (var name in "abc")
        {
            var lines = result.StandardOutput.Split('\n').Where(line => line.StartsWith($"meet/{name} | ", StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(0, 100).Select(i => $"meet/{name} | {name} {i}"), lines);
        }
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rerun_reproduces_with_the_code_of_then_and_the_environment_gone(bool withGit)
    {
        using var folder = Made();
        folder.Install("snow", "1.0");
        if (withGit)
        {
            Part.Program("git");
            folder.Write(".gitignore", ".firn/\n.venv/\nout/\ndata/\n");
            folder.Git("init", "-q");
            folder.Git("add", ".");
            folder.Git("commit", "-qm", "first");
            // What was not committed belongs to the run too.
            folder.Write("train.py", File.ReadAllText(Path.Join(folder.Work, "train.py")).Replace("import", "import extra,", StringComparison.Ordinal));
            folder.Write("extra.py", "import snow\n");
        }

        folder.Firn("run").MustReturn(0);
        Directory.Move(Path.Join(folder.Work, ".venv"), Path.Join(folder.Work, ".venv-away"));
        folder.Write("train.py", "raise SystemExit('other code')");
        File.Delete(Path.Join(folder.Work, "extra.py"));

        var again = folder.Firn("rerun", "snow/train@1", "--project", folder.Work).MustReturn(0);

        Assert.Contains("snow/train@1 is reproduced: 1 output equal", again.StandardOutput);
        Assert.Equal(1, folder.Execution("snow/train@2").GetProperty("rerun_of").GetInt32());
        if (withGit)
        {
            Assert.Single(folder.Git("worktree", "list").StandardOutput.TrimEnd().Split('\n'));
        }

        folder.Write("out/sample.csv", "other");
        var stored = folder.Firn("rerun", "snow/train@1").MustReturn(0);
        Assert.Contains("warning: the input out/sample.csv differs", stored.StandardError);
        Assert.Equal("other", File.ReadAllText(Path.Join(folder.Work, "out", "sample.csv")));
    }

    [SkippableFact]
    public void Rerun_that_differs_says_which_output_and_adds_nothing_where_asked()
    {
        using var folder = Made();
        folder.Write("train.py", "import os, time; os.makedirs('out/model', exist_ok=True); open('out/model/t', 'w').write(str(time.time_ns())); open('out/model/same', 'w').write('s')");
        folder.Firn("run").MustReturn(0);

        var again = folder.Firn("rerun", "snow/train@1", "--no-keep").MustReturn(3);

        Assert.Matches(@"out/model/same\s+equal", again.StandardOutput);
        Assert.Matches(@"out/model/t\s+differs", again.StandardOutput);
        Assert.Equal(1, Runs(folder, "snow/train"));
    }

    [SkippableFact]
    public void Runs_are_compared()
    {
        using var folder = Made();
        folder.Firn("run").MustReturn(0);
        folder.Write("data/seed.txt", "9");
        folder.Firn("run").MustReturn(0);

        var difference = folder.Firn("diff", "snow/sample@1", "snow/sample@2").MustReturn(3);

        Assert.Contains("~ input data/seed.txt", difference.StandardOutput);
        Assert.Contains("~ output out/sample.csv", difference.StandardOutput);
        Assert.Matches("  [0-9a-f]{12}", folder.Firn("results", "list", "snow/sample").MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void Lines_for_people_fit_80_columns()
    {
        using var folder = Made();
        folder.Firn("run").MustReturn(0);
        folder.Write("firn.yaml", Project.Replace("python sample.py", "python sample.py --an-option of-a-command --that-is long --and another"));
        folder.Write("sample.py", File.ReadAllText(Path.Join(folder.Work, "sample.py")) + "# 2");

        string[] commands =
        [
            "run", "status", "results list", "results list snow/train", "results show snow/train@1", "diff snow/sample@1 snow/sample@2",
            "store check", "results forget snow/sample@1", "store gc --dry-run", "build", "doctor",
        ];

        foreach (var command in commands)
        {
            var lines = folder.Firn(command.Split(' ')).StandardOutput.Split('\n');
            // A path, a command or a whole digest is as long as it is.
            Assert.All(lines, line => Assert.True(
                line.Length <= 80 || line.Contains(folder.Work) || line.Contains("--an-option") || line.StartsWith("Environment id"), $"{command}: {line}"));
        }
    }

    private RunFolder Made()
    {
        var folder = new RunFolder(firn);
        folder.Write("firn.yaml", Project);
        folder.Write("data/seed.txt", "4");
        folder.Write(
            "sample.py",
            "import os; os.makedirs('out', exist_ok=True); open('out/sample.csv', 'w').write(open('data/seed.txt').read() * 3); print('sampled')");
        folder.Write(
            "train.py",
            "import os; os.makedirs('out/model', exist_ok=True); open('out/model/weights.txt', 'w').write(open('out/sample.csv').read()[::-1])\n");
        return folder;
    }

    private static List<string> States(RunFolder folder)
    {
        using var document = JsonDocument.Parse(folder.Firn("status", "--json").MustReturn(0).StandardOutput);
        return [.. document.RootElement.GetProperty("analyses").EnumerateArray().Select(item => item.GetProperty("state").GetString()!)];
    }

    private static int Runs(RunFolder folder, string analysis)
    {
        var result = folder.Firn("results", "list", analysis);
        return result.ExitCode == 0 ? result.StandardOutput.TrimEnd().Split('\n').Length : 0;
    }
}
