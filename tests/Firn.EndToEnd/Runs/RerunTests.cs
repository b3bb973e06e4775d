using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>Runs that are run again: with the code and the inputs of then, and without touching the project.</summary>
[SupportedOSPlatform("linux")]
public sealed class RerunTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableTheory]
    [InlineData("amend")]
    [InlineData("no repository")]
    [InlineData("no project")]
    [InlineData("other branch")]
    public void Code_in_git_is_kept_as_bytes(string loss)
    {
        using var folder = WithGit();
        folder.Write("lib/x.py", "x = 1\n");
        folder.Write("tool", "#!/bin/sh\necho tool\n");
        File.SetUnixFileMode(Path.Join(folder.Work, "tool"), (UnixFileMode)0x1ED);
        File.CreateSymbolicLink(Path.Join(folder.Work, "link"), "lib/x.py");
        folder.Write(
            "t.py",
            """
            import os, subprocess
            from lib import x
            open("out.txt", "w").write(f"{x.x} {os.readlink('link')} {open('new').read()} {subprocess.check_output('./tool')}")
            """);
        Commit(folder);
        folder.Write("lib/x.py", "x = 2\n");
        folder.Write("new", "untracked");
        folder.Firn("run", "--as", "s/a", "--output", "out.txt", "--", "python", "t.py").MustReturn(0);
        var project = folder.Work;
        switch (loss)
        {
            case "amend":
                folder.Write("lib/x.py", "x = 9\n");
                folder.Git("commit", "-qa", "--amend", "-m", "other");
                folder.Git("reflog", "expire", "--expire=now", "--all");
                folder.Git("gc", "-q", "--prune=now");
                break;
            case "other branch":
                folder.Git("checkout", "-qf", "--orphan", "empty");
                folder.Git("rm", "-rqf", ".");
                break;
            case "no repository":
                Directory.Delete(Path.Join(folder.Work, ".git"), recursive: true);
                break;
            default:
                Directory.Move(Path.Join(folder.Work, "lib"), folder.PathOf("lib"));
                Directory.Delete(Path.Join(folder.Work, ".git"), recursive: true);
                project = folder.PathOf("elsewhere");
                Directory.CreateDirectory(project);
                break;
        }

        var again = folder.Firn("rerun", "s/a@1", "--project", project).MustReturn(0);

        Assert.Contains("s/a@1 is reproduced: 1 output equal", again.StandardOutput);
        Assert.Contains("No damage", folder.Firn("store", "check", "--read-data").MustReturn(0).StandardOutput);
        Assert.Contains("are equal", folder.Firn("diff", "s/a@1", "s/a@2").MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void A_collection_keeps_code_while_a_run_needs_it_and_removes_it_then()
    {
        using var folder = WithGit();
        folder.Write("t.py", "open('out.txt', 'w').write('1')\n");
        Commit(folder);
        folder.Firn("run", "--as", "s/a", "--output", "out.txt", "--", "python", "t.py").MustReturn(0);
        folder.Write("t.py", "open('out.txt', 'w').write('2')\n");
        folder.Firn("run", "--as", "s/a", "--output", "out.txt", "--", "python", "t.py").MustReturn(0);

        folder.Firn("store", "gc", "--grace", "0").MustReturn(0);
        folder.Firn("rerun", "s/a@1", "--no-keep").MustReturn(0);
        folder.Firn("results", "forget", "s/a@1").MustReturn(0);
        folder.Firn("store", "gc", "--grace", "0").MustReturn(0);

        folder.Firn("rerun", "s/a@2", "--no-keep").MustReturn(0);
        Assert.DoesNotContain(
            Directory.GetFiles(folder.PathOf("store", "files"), "*", SearchOption.AllDirectories),
            file => File.ReadAllText(file) == "open('out.txt', 'w').write('1')\n");
        Assert.Contains("No damage", folder.Firn("store", "check", "--read-data").MustReturn(0).StandardOutput);
    }

    [SkippableTheory]
    [InlineData("python", "t.py", "--out={0}/out.csv")]
    [InlineData("sh", "-c", "cd {0} && python t.py --out=out.csv")]
    [InlineData("sh", "-c", "echo 'from seed 1' > \"{0}/out.csv\"")]
    [InlineData("python", "config.py", "x")]
    public void A_rerun_changes_nothing_of_the_project(params string[] command)
    {
        using var folder = WithGit();
        folder.Write("t.py", "import sys; open(sys.argv[1][6:], 'w').write('from seed 1\\n')\n");
        folder.Write("config.py", $"open('{folder.Work}/out.csv', 'w').write('from seed 1\\n')\n");
        Commit(folder);
        string[] named = [.. command.Select(part => part.Replace("{0}", folder.Work, StringComparison.Ordinal))];
        folder.Firn(["run", "--as", "s/a", "--output", "out.csv", "--", .. named]).MustReturn(0);
        folder.Write("out.csv", "a later, better result\n");

        var again = folder.Firn("rerun", "s/a@1").MustReturn(0);

        Assert.Contains("s/a@1 is reproduced", again.StandardOutput);
        Assert.Equal("a later, better result\n", File.ReadAllText(Path.Join(folder.Work, "out.csv")));
        Assert.Contains("are equal", folder.Firn("diff", "s/a@1", "s/a@2").MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void Without_private_mounts_a_command_that_names_the_project_is_refused_by_name()
    {
        Part.Root();
        using var folder = WithGit();
        folder.Write("t.py", "import sys; open(sys.argv[1][6:], 'w').write('1')\n");
        Commit(folder);
        folder.Firn("run", "--as", "s/a", "--output", "out.csv", "--", "python", "t.py", $"--out={folder.Work}/out.csv").MustReturn(0);
        folder.Firn("run", "--as", "s/b", "--output", "out.csv", "--", "python", "t.py", "--out=out.csv").MustReturn(0);
        folder.Write("out.csv", "later");

        var refused = folder.FirnWithoutMounts("rerun", "s/a@1", "--no-keep").MustReturn(1);
        folder.FirnWithoutMounts("rerun", "s/b@1", "--no-keep").MustReturn(0);

        Assert.Contains($"--out={folder.Work}/out.csv", refused.StandardError);
        Assert.Contains("--allow-outside", refused.StandardError);
        Assert.Equal("later", File.ReadAllText(Path.Join(folder.Work, "out.csv")));
        folder.FirnWithoutMounts("rerun", "s/a@1", "--no-keep", "--allow-outside").MustReturn(0);
        Assert.Equal("later", File.ReadAllText(Path.Join(folder.Work, "out.csv")));
    }

    [SkippableTheory]
    [InlineData("../../data.csv", true)]
    [InlineData("../../data.csv", false)]
    [InlineData("{0}/data.csv", true)]
    [InlineData("in/data.csv", true)]
    [InlineData("in/data.csv", false)]
    public void A_rerun_reads_the_input_that_was_checked(string input, bool hasMounts)
    {
        if (!hasMounts)
        {
            Part.Root();
        }

        using var folder = new RunFolder(firn);
        var above = Path.Join(folder.Work, "above");
        var path = input.Replace("{0}", above, StringComparison.Ordinal);
        var project = Path.Join(above, "a", "b");
        Directory.CreateDirectory(Path.Join(project, "in"));
        File.WriteAllText(Path.GetFullPath(path, project), "the real data");
        File.WriteAllText(
            Path.Join(project, "firn.yaml"),
            $"name: p\nenvironment: {folder.Work}/.venv\nanalyses:\n  s/a: {{command: \"cp {path} out.txt\", inputs: {path}, outputs: out.txt}}\n");
        folder.Firn("run", "--project", project).MustReturn(0);

        var again = (hasMounts ? folder.Firn("rerun", "s/a@1", "--project", project) : folder.FirnWithoutMounts("rerun", "s/a@1", "--project", project)).MustReturn(0);

        Assert.Matches(@"out\.txt\s+equal", again.StandardOutput);
        Assert.Equal("the real data", File.ReadAllText(Path.GetFullPath(path, project)));
    }

    [SkippableTheory]
    [InlineData("echo line >> in/data.txt", "in/data.txt", true)]
    [InlineData("echo line >> in/data.txt", "in/data.txt", false)]
    [InlineData("sort in/data.txt > t && mv t in/data.txt", "in/*.txt", true)]
    [InlineData("sed -i s/a/b/ in/data.txt", "in/", false)]
    [InlineData("mv in/data.txt in/done.txt", "in/", true)]
    public void Input_that_the_run_overwrites_is_kept_and_the_rerun_has_it_again(string command, string outputs, bool hasMounts)
    {
        if (!hasMounts)
        {
            Part.Root();
        }

        using var folder = new RunFolder(firn);
        folder.Write("in/data.txt", "b\na\n");
        folder.Write("firn.yaml", $"environment: .venv\nanalyses: {{s/a: {{command: '{command}', inputs: in/data.txt, outputs: '{outputs}'}}}}\n");
        folder.Firn("run").MustReturn(0);
        var after = Files();

        var again = (hasMounts ? folder.Firn("rerun", "s/a@1") : folder.FirnWithoutMounts("rerun", "s/a@1")).MustReturn(0);

        Assert.Contains("is reproduced", again.StandardOutput);
        Assert.Equal(after, Files());

        string Files() => string.Join('|', Directory.GetFiles(Path.Join(folder.Work, "in")).Order(StringComparer.Ordinal).Select(file => $"{file}: {File.ReadAllText(file)}"));
    }

    [SkippableFact]
    public void Input_that_the_run_has_overwritten_and_nobody_kept_is_told()
    {
        using var folder = new RunFolder(firn);
        folder.Write("data.txt", "a\n");
        folder.Write("firn.yaml", "environment: .venv\nsecrets: data.txt\nanalyses: {s/a: {command: echo b >> data.txt, inputs: data.txt, outputs: data.txt}}\n");
        folder.Firn("run").MustReturn(0);

        var again = folder.Firn("rerun", "s/a@1").MustReturn(3);

        Assert.Contains("the input data.txt differs from what the run read", again.StandardError);
        folder.Write("data.txt", "a\n");
        folder.Firn("rerun", "s/a@1").MustReturn(0);
        Assert.Equal("a\n", File.ReadAllText(Path.Join(folder.Work, "data.txt")));
    }

    [SkippableTheory]
    [InlineData("echo x >> sub/s.txt")]
    [InlineData("git -C sub commit -qm n --allow-empty")]
    [InlineData("git submodule --quiet deinit -f sub")]
    [InlineData("rm -rf sub; echo file > sub")]
    [InlineData("rm link; ln -s /usr link")]
    [InlineData("rm link; mkdir link; echo x > link/x")]
    [InlineData("rm file; mkdir file; echo x > file/x")]
    [InlineData("rm -rf dir; echo x > dir")]
    [InlineData("rm -rf dir; ln -s /etc dir")]
    [InlineData("rm file; mkfifo file")]
    [InlineData("mkfifo pipe; ln -s nowhere dangling; ln -s loop loop")]
    [InlineData("chmod 000 file")]
    public void Nothing_in_a_work_tree_stops_a_run(string change)
    {
        using var folder = WithGit();
        Directory.CreateDirectory(folder.PathOf("sub"));
        const string identity = "git config --global user.email a@b && git config --global user.name a && git config --global protocol.file.allow always";
        var home = folder.PathOf("home");
        Directory.CreateDirectory(home);
        Shell($"{identity}; cd ../sub && git init -q . && echo s > s.txt && git add . && git commit -qm s");
        Shell("git submodule --quiet add ../sub sub; ln -s /etc link; echo f > file; mkdir dir; echo d > dir/d; git add file dir link; git commit -qm 1");
        Shell(change);

        var run = folder.Firn("run", "--as", "s/a", "--no-archive", "--", "sh", "-c", "echo started; exit 5").MustReturn(5);

        Assert.Contains("started", run.StandardOutput);
        Assert.Contains("No damage", folder.Firn("store", "check").MustReturn(0).StandardOutput);

        void Shell(string script) => new ProcessRunner
        {
            WorkingDirectory = folder.Work,
            Variables = new Dictionary<string, string?> { ["HOME"] = home },
        }.Run("/bin/sh", "-c", script).MustReturn(0);
    }

    [SkippableFact]
    public void A_run_of_somebody_elses_store_is_shown_and_waits_for_yes()
    {
        using var folder = WithGit();
        folder.Write("t.py", "open('out.txt', 'w').write('1')\n");
        Commit(folder);
        folder.Firn("run", "--as", "s/a", "--output", "out.txt", "--", "python", "t.py").MustReturn(0);
        folder.Firn("rerun", "s/a@1", "--no-keep").MustReturn(0);
        Directory.Delete(folder.PathOf("data", "firn", "own-stores"), recursive: true);

        var refused = folder.Firn("rerun", "s/a@1", "--no-keep").MustReturn(1);

        Assert.Contains("is not your own", refused.StandardError);
        Assert.Contains("  command      python t.py", refused.StandardError);
        Assert.Contains("--yes", refused.StandardError);
        folder.Firn("rerun", "s/a@1", "--no-keep", "--yes").MustReturn(0);
    }

    [SkippableTheory]
    [InlineData("../../../../../../../..{0}/x")]
    [InlineData("{0}/x")]
    [InlineData("link/x")]
    [InlineData("link/../../x")]
    [InlineData(".git/hooks/x")]
    [InlineData("a/.GIT/config")]
    public void Paths_of_a_foreign_documents_code_write_nothing_outside(string path)
    {
        using var folder = Stored(out var victim);
        ForgedRun.Write(folder.PathOf("store"), "s/a", "b", code: files =>
        {
            var hostile = files[0]!.DeepClone();
            hostile["path"] = path.Replace("{0}", victim, StringComparison.Ordinal);
            files.Add(hostile);
            files.Add(new JsonObject { ["kind"] = "link", ["path"] = "link", ["target"] = victim });
        });

        var refused = folder.Firn("rerun", "s/b@1", "--no-keep", "--yes");

        Assert.InRange(refused.ExitCode, 1, 3);
        Assert.Equal(2, refused.StandardError.TrimEnd().Split('\n').Length);
        Assert.Empty(Directory.GetFileSystemEntries(victim));
    }

    [SkippableTheory]
    [InlineData("../../../../../../../..{0}", "code/x", null)]
    [InlineData("{0}", "code/x", null)]
    [InlineData(".", "code/l/x", "l")]
    [InlineData(".", "code/.git/hooks/post-checkout", null)]
    public void Code_of_a_foreign_record_without_bytes_writes_nothing_outside(string codeFolder, string name, string? link)
    {
        using var folder = Stored(out var victim);
        var patch = link is null
            ? []
            : new[]
            {
                ("code.patch", $"diff --git a/{link} b/{link}\nnew file mode 120000\nindex {new string('0', 40)}..{new string('1', 40)}\n--- /dev/null\n+++ b/{link}\n@@ -0,0 +1 @@\n+{victim}\n\\ No newline at end of file\n"),
            };
        ForgedRun.Write(
            folder.PathOf("store"),
            "s/a",
            "b",
            run =>
            {
                run["code"]!["folder"] = codeFolder.Replace("{0}", victim, StringComparison.Ordinal);
                run["code"]!["patch"] = link is not null;
            },
            null,
            keepsCode: false,
            [.. patch, (name, "evil\n")]);

        var refused = folder.Firn("rerun", "s/b@1", "--no-keep", "--yes");

        Assert.InRange(refused.ExitCode, 1, 3);
        Assert.Empty(Directory.GetFileSystemEntries(victim));
        Assert.False(File.Exists(Path.Join(folder.Work, ".git", "hooks", "post-checkout")));
    }

    /// <summary>A store with one run, and a folder that nothing may be written to.</summary>
    private RunFolder Stored(out string victim)
    {
        var folder = WithGit();
        folder.Write("t.py", "open('out.txt', 'w').write('1')\n");
        Commit(folder);
        folder.Firn("run", "--as", "s/a", "--output", "out.txt", "--", "python", "t.py").MustReturn(0);
        victim = folder.PathOf("victim");
        Directory.CreateDirectory(victim);
        return folder;
    }

    private RunFolder WithGit()
    {
        Part.Program("git");
        var folder = new RunFolder(firn);
        folder.Write(".gitignore", ".venv/\nout.*\n.firn/\n");
        folder.Git("init", "-q");
        return folder;
    }

    private static void Commit(RunFolder folder)
    {
        folder.Git("add", ".");
        folder.Git("commit", "-qm", "first");
    }
}
