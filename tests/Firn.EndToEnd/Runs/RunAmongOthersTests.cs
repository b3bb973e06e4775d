using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>Whatever a command returns, removes, links or leaves alone: its run is kept, with what is its own.</summary>
public sealed class RunAmongOthersTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(70)]
    [InlineData(125)]
    [InlineData(255)]
    public void Exit_code_of_the_command_is_firns(int code)
    {
        using var folder = new RunFolder(firn);
        folder.Write("firn.yaml", $"analyses: {{a/b: {{command: exit {code}}}}}\n");

        folder.Firn("run", "--no-archive", "--", "sh", "-c", $"exit {code}").MustReturn(code);
        folder.Firn("run", "--no-archive").MustReturn(code);
        Assert.Equal("failed", folder.Status("a/b@1"));
    }

    [SkippableTheory]
    [InlineData("git clean -fdxq -e .venv")]
    [InlineData("rm -rf .firn")]
    [InlineData("rm -rf .firn; echo x > .firn")]
    [InlineData("find . -mindepth 1 -maxdepth 1 ! -name .venv ! -name firn.yaml -exec rm -r {} +")]
    public void Command_that_cleans_the_project_loses_no_run(string clean)
    {
        using var folder = new RunFolder(firn);
        folder.Git("init", "--quiet");
        folder.Write("firn.yaml", $"analyses: {{a/b: {{command: \"echo before; {clean}; echo 42 > r\", outputs: r}}}}\n");
        folder.Git("add", "firn.yaml");
        folder.Git("commit", "--quiet", "-m", "1");

        var run = folder.Firn("run", "--no-archive").MustReturn(0);

        Assert.Contains("a/b@1", run.StandardOutput);
        Assert.Equal("before\n", System.Text.Encoding.UTF8.GetString(folder.Fetch("a/b@1", "run.log")));
        Assert.Equal("42\n", System.Text.Encoding.UTF8.GetString(folder.Fetch("a/b@1", "r")));
    }

    [SkippableFact]
    public void Command_that_removes_the_whole_project_and_makes_it_anew_is_kept()
    {
        using var folder = new RunFolder(firn);
        var project = folder.PathOf("work", "p");
        folder.Write("p/firn.yaml", $"environment: ../.venv\nanalyses: {{a/b: {{command: 'echo out; rm -rf {project}; mkdir {project}; echo 1 > {project}/r', outputs: r}}}}\n");

        folder.Firn("run", "--no-archive", "--project", "p").MustReturn(0);

        Assert.Equal("out\n", System.Text.Encoding.UTF8.GetString(folder.Fetch("a/b@1", "run.log")));

        folder.Write("q/firn.yaml", $"environment: ../.venv\nanalyses: {{a/c: {{command: 'echo gone; rm -rf {folder.PathOf("work", "q")}'}}}}\n");
        folder.Firn("run", "--no-archive", "--project", "q").MustReturn(0);
        Assert.Equal("gone\n", System.Text.Encoding.UTF8.GetString(folder.Fetch("a/c@1", "run.log")));
        Assert.False(Directory.Exists(folder.PathOf("work", "q")));
    }

    [SkippableFact]
    public void Links_out_of_the_project_are_no_outputs()
    {
        using var folder = new RunFolder(firn);
        Directory.CreateDirectory(folder.PathOf("srv", "d"));
        File.WriteAllText(folder.PathOf("srv", "data.csv"), "patients");
        File.WriteAllText(folder.PathOf("srv", "d", "y"), "patients");
        var srv = folder.PathOf("srv");
        folder.Write(
            "firn.yaml",
            "analyses: {s/a: {command: 'mkdir -p out; echo 1 > out/r; ln -s r out/same; "
            + $"ln -s {srv}/data.csv out/data.csv; ln -s {srv}/d out/d; ln -s {srv}/none out/none; ln -s {srv}/data.csv named', outputs: [out/, named]}}}}\n");

        var run = folder.Firn("run", "--no-archive").MustReturn(0);

        foreach (var name in new[] { "out/data.csv", "out/d", "out/none", "named" })
        {
            Assert.Matches($"the output is not kept: it is a link .*: {name}\n", run.StandardError);
        }

        var outputs = folder.Execution("s/a@1").GetProperty("outputs").EnumerateArray().Select(item => item.GetProperty("path").GetString()!);
        Assert.Equal<string>(["out/r", "out/same"], outputs);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(folder.PathOf("store"), "*", SearchOption.AllDirectories), file => File.ReadAllText(file) == "patients");
    }

    [SkippableTheory]
    [InlineData(".firn")]
    [InlineData(".firn/analyses")]
    [InlineData(".firn/analyses/s/a")]
    [InlineData(".firn/analyses/s/a/lock")]
    public void Firn_writes_into_no_link_of_its_own_folder(string link)
    {
        using var folder = new RunFolder(firn);
        var outside = Directory.CreateDirectory(folder.PathOf("outside")).FullName;
        var file = Path.Join(outside, "mine");
        File.WriteAllText(file, "mine");
        folder.Write("firn.yaml", "analyses: {s/a: {command: 'true'}}\n");
        var path = Path.Join(folder.Work, link);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, link.EndsWith("lock", StringComparison.Ordinal) ? file : outside);

        var run = folder.Firn("run", "--no-archive");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains($"{path} is a link to {outside}", run.StandardError);
        Assert.Equal("mine", File.ReadAllText(file));
        Assert.Single(Directory.EnumerateFileSystemEntries(outside));
    }

    [SkippableFact]
    public void Log_that_is_a_link_is_replaced()
    {
        using var folder = new RunFolder(firn);
        folder.Write("mine", "mine");
        folder.Write("firn.yaml", "analyses: {s/a: {command: echo 1}}\n");
        folder.Firn("run", "--no-archive").MustReturn(0);
        var log = Directory.GetFiles(Path.Join(folder.Work, ".firn", "analyses", "s", "a"), "*.log").Single();
        File.Delete(log);
        File.CreateSymbolicLink(log, Path.Join(folder.Work, "mine"));

        folder.Firn("run", "--no-archive").MustReturn(0);

        Assert.Equal("mine", File.ReadAllText(Path.Join(folder.Work, "mine")));
        Assert.Contains("1", File.ReadAllText(log));
    }

    [SkippableFact]
    public void Forgetting_counts_what_gc_frees()
    {
        using var folder = new RunFolder(firn);
        folder.Write("shared.py", "print(1)\n");
        folder.Write("firn.yaml", "analyses: {s/a: {command: python a.py}, s/b: {command: python shared.py}}\n");
        folder.Write("a.py", "print(2)\n");
        folder.Firn("run").MustReturn(0);
        folder.Write("a.py", "print(3)\n");
        folder.Install("pkg", "1");
        folder.Firn("run", "s/a").MustReturn(0);

        var said = folder.Firn("results", "forget", "s/a@2").MustReturn(0).StandardOutput;

        var gc = folder.Firn("store", "gc", "--grace", "0", "--dry-run", "--json").MustReturn(0).StandardOutput;
        using var report = JsonDocument.Parse(gc);
        int Of(string name) => report.RootElement.GetProperty(name).GetInt32();
        var bundles = Of("bundles") == 0 ? string.Empty : $" and {Of("bundles")} bundle";
        Assert.Contains($"frees {Of("objects")} files{bundles}", said);
        // The code is a document and a file beside the files of the run.
        Assert.True(Of("objects") > 4, said);
    }

    [SkippableFact]
    public void Verify_without_a_number_keeps_to_the_project()
    {
        using var folder = new RunFolder(firn);
        foreach (var name in new[] { "p", "q" })
        {
            folder.Write($"{name}/firn.yaml", "environment: ../.venv\nanalyses: {dev/train: {command: 'true'}}\n");
        }

        folder.Firn("run", "--project", "p").MustReturn(0);
        folder.Install("pkg", "1");
        folder.Firn("run", "--project", "q").MustReturn(0);

        folder.Firn("verify", "dev/train", ".venv", "--project", "q").MustReturn(0);
        folder.Firn("verify", "dev/train", ".venv", "--project", "p").MustReturn(3);
        folder.Firn("verify", "dev/train", ".venv", "--project", "p", "--all-projects").MustReturn(0);
        folder.Firn("verify", "dev/train@2", ".venv", "--project", "p").MustReturn(0);
    }

    [SkippableFact]
    public void Folder_of_outputs_that_was_a_link_before_the_run_is_the_projects()
    {
        using var folder = new RunFolder(firn);
        Directory.CreateDirectory(folder.PathOf("scratch"));
        File.WriteAllText(folder.PathOf("scratch", "others"), "x");
        Directory.CreateSymbolicLink(folder.PathOf("work", "runs"), folder.PathOf("scratch"));
        folder.Write("firn.yaml", "analyses: {s/a: {command: 'echo 1 > runs/r', outputs: runs/}}\n");

        folder.Firn("run", "--no-archive").MustReturn(0);

        var output = Assert.Single(folder.Execution("s/a@1").GetProperty("outputs").EnumerateArray());
        Assert.Equal("runs/r", output.GetProperty("path").GetString());
    }

    [SkippableFact]
    public void File_belongs_to_the_run_that_wrote_it()
    {
        using var folder = new RunFolder(firn);
        folder.Write("out/old.csv", "theirs");
        folder.Write(
            "firn.yaml",
            """
            analyses:
              s/a: {command: 'test -e out/a_1.csv || echo a > out/a_1.csv; echo more >> out/a_2.csv', inputs: [], outputs: ["out/a_*.csv", "out/*old.csv"]}
              s/b: {command: 'cp -p out/a_1.csv out/b_1.csv', outputs: "out/*_1.csv", needs: a}
            """);

        folder.Firn("run", "--no-archive").MustReturn(0);
        Assert.Equal<string>(["out/a_1.csv", "out/a_2.csv"], Outputs("s/a@1"));
        Assert.Equal<string>(["out/b_1.csv"], Outputs("s/b@1"));

        // What others wrote into its folders is not a change of it, and its own stays its own where a run leaves it alone.
        Assert.Contains("s/a  unchanged", folder.Firn("run", "--no-archive", "s/a").MustReturn(0).StandardOutput);
        folder.Firn("run", "--no-archive", "--force", "s/a").MustReturn(0);
        Assert.Equal<string>(["out/a_1.csv", "out/a_2.csv"], Outputs("s/a@2"));

        IEnumerable<string> Outputs(string run) =>
            folder.Execution(run).GetProperty("outputs").EnumerateArray().Select(item => item.GetProperty("path").GetString()!);
    }

    [SkippableFact]
    public void Projects_of_one_store_see_their_own_runs()
    {
        using var folder = new RunFolder(firn);
        foreach (var name in new[] { "p", "q", "r" })
        {
            folder.Write($"{name}/firn.yaml", $"environment: ../.venv\nanalyses: {{dev/train: {{command: 'echo {name} > out', outputs: out}}}}\n");
        }

        folder.Firn("run", "--no-archive", "--project", "p").MustReturn(0);
        folder.Firn("run", "--no-archive", "--project", "q").MustReturn(0);

        Assert.Equal<string>(["@1"], Listed("--project", "p"));
        Assert.Equal<string>(["@2"], Listed("--project", "q"));
        Assert.Equal<string>(["@1", "@2"], Listed());
        Assert.Equal<string>(["@1", "@2"], Listed("--project", "p", "--all-projects"));
        Assert.Contains("has no run of dev/train", folder.Firn("results", "list", "dev/train", "--project", "r").StandardError);
        Assert.Contains("has no run of dev/train", folder.Firn("rerun", "dev/train", "--project", "r").StandardError);
        folder.Firn("results", "fetch", "dev/train", "out", "--project", "p", "-o", "fetched").MustReturn(0);
        Assert.Equal("p\n", File.ReadAllText(Path.Join(folder.Work, "fetched")));
        Assert.Contains("echo q", folder.Firn("show", "dev/train", "--project", "q").MustReturn(0).StandardOutput);
        Assert.Contains("echo q", folder.Firn("show", "dev/train@2", "--project", "p").MustReturn(0).StandardOutput);

        // A project that is moved takes nothing along without a repository, and numbers go on.
        folder.Write("o.txt", "x");
        folder.Firn("results", "add", "dev/train", "o.txt", "--project", "p").MustReturn(0);
        Assert.Equal<string>(["@1", "@3"], Listed("--project", "p"));

        string[] Listed(params string[] options) =>
            [.. folder.Firn(["results", "list", "dev/train", .. options]).MustReturn(0).StandardOutput
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])];
    }

    [SkippableTheory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/no/such/folder")]
    public void Without_a_home_no_store_is_made_anywhere(string? home)
    {
        using var folder = new RunFolder(firn);
        Directory.CreateDirectory(Path.Join(folder.Work, "relative"));
        var before = Directory.GetFileSystemEntries(folder.Work, "*", SearchOption.AllDirectories).Length;
        string[] change = home is null ? ["-u", "HOME"] : [$"HOME={home}"];

        var run = folder.Program("/usr/bin/env", ["-u", "FIRN_STORE", "-u", "XDG_DATA_HOME", .. change, firn.Executable, "run", "--", "true"]);

        Assert.Equal(125, run.ExitCode);
        Assert.Contains("HOME", run.StandardError);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Work, "*", SearchOption.AllDirectories).Length);
    }

    [SkippableTheory]
    [InlineData("capture")]
    [InlineData("doctor")]
    [InlineData("export", "--format", "requirements")]
    public void Environment_of_the_project_is_the_default(params string[] command)
    {
        using var folder = new RunFolder(firn);
        folder.Install("snow", "1.0");
        Directory.Move(Path.Join(folder.Work, ".venv"), Path.Join(folder.Work, "mine"));
        folder.Write("firn.yaml", "environment: mine\n");
        Directory.CreateDirectory(Path.Join(folder.Work, "sub"));
        var before = folder.Firn([.. command, "mine"]).MustReturn(0).StandardOutput;

        Assert.Equal(before.Replace("(given)", $"(the environment of {folder.Work}/firn.yaml)", StringComparison.Ordinal), folder.Firn(command).MustReturn(0).StandardOutput);
    }
}
