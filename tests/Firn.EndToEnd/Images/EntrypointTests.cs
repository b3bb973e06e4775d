using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>The entrypoint that images have: the command, its signals, the base image's entrypoint, users, ranks.</summary>
public sealed class EntrypointTests
{
    private const string Ask = """
        import os, sys, study
        print(os.getpid(), os.getcwd(), study.value, sys.argv[1:])
        sys.exit(7)
        """;

    public static TheoryData<string> Shells => EntrypointBox.Shells;

    [SkippableFact]
    public void Scripts_have_nothing_that_shellcheck_finds()
    {
        var shellcheck = Part.Program("shellcheck");
        var scripts = Directory.GetFiles(EntrypointBox.Scripts, "*.sh");

        Assert.Equal(8, scripts.Length);
        new ProcessRunner { WorkingDirectory = EntrypointBox.Scripts }.Run(shellcheck, ["-s", "sh", "-x", .. scripts]).MustReturn(0);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Command_is_the_first_process_in_the_project_with_its_own_exit_code(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell };
        var before = box.ProjectFiles();

        var result = box.Run("python", "-c", Ask, "a b", "$c", string.Empty).MustReturn(7);

        Assert.Equal($"1 {box.PathOf("project")} 42 ['a b', '$c', '']\n", result.StandardOutput);
        Assert.Equal($"firn: The.Study 1.2.3 runs from {box.PathOf("project")}\n", result.StandardError);
        Assert.Equal(before, box.ProjectFiles());
        Assert.Equal(string.Empty, box.Run("true").MustReturn(0).StandardError);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Standard_input_is_the_command_s(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell };

        Assert.Equal("one\ntwo", box.RunWithin("printf 'one\\ntwo' | \"$@\"", "cat").MustReturn(0).StandardOutput);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Every_signal_reaches_the_command(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell };
        const string Listen = """
            import os, signal, sys, time
            names = ["HUP", "INT", "QUIT", "USR1", "USR2", "TERM"]
            got = []
            for name in names:
                number = getattr(signal, "SIG" + name)
                # What a shell left ignored or blocked would not arrive in a command that does not ask for it.
                assert signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler), name
                signal.signal(number, lambda number, frame: got.append(number))
            assert not signal.pthread_sigmask(signal.SIG_BLOCK, [])
            open(os.environ["TMPDIR"] + "/ready", "w").close()
            end = time.time() + 240
            while len(got) < len(names) and time.time() < end:
                time.sleep(0.01)
            print(len(got))
            """;

        var result = box.RunWithin(Signal("HUP INT QUIT USR1 USR2 TERM", "$TMPDIR/ready"), "python", "-c", Listen);

        Assert.Equal("6\nended 0\n", result.StandardOutput);
    }

    [SkippableTheory]
    [InlineData("dash", "TERM", 143)]
    [InlineData("bash", "TERM", 143)]
    [InlineData("busybox", "TERM", 143)]
    [InlineData("dash", "INT", 130)]
    public void Signal_ends_a_start_that_still_installs(string shell, string signal, int code)
    {
        using var box = new EntrypointBox { ShellName = shell };
        File.Delete(box.PathOf("project/pyproject.toml"));
        box.Write("project/setup.py", $"import time\nopen({Quoted(box.PathOf("tmp/ready"))}, 'w').close()\ntime.sleep(250)\n");

        var result = box.RunWithin(Signal(signal, "$TMPDIR/ready"), "echo", "started");

        Assert.Equal($"ended {code}\n", result.StandardOutput);
        Assert.Empty(Directory.GetDirectories(box.PathOf("tmp/firn-0/projects")));
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Command_that_cannot_be_started_is_named(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell };
        box.Variables["SKIP_INSTALL_PROJECT"] = "1";
        var data = box.Write("project/data.txt", "x");

        Assert.Equal("firn: absent: there is no such command in the image\n", box.Run("absent", "x").MustReturn(127).StandardError);
        Assert.Contains("no such command", box.Run("./absent").MustReturn(127).StandardError);
        // Builtins and functions of a shell are no commands, and a folder is none.
        Assert.Contains("no such command", box.Run("say", "x").MustReturn(127).StandardError);
        Assert.Contains("cannot be executed", box.Run(data).MustReturn(126).StandardError);
        Assert.Contains("cannot be executed", box.Run("./src").MustReturn(126).StandardError);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Without_a_command_standard_input_is_a_script(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell };

        var result = box.RunWithin("echo 'echo $$; study-run a; exit 9' | \"$@\"").MustReturn(9);

        Assert.Equal("1\nran ['a']\n", result.StandardOutput);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Variables_reach_the_command_as_they_were(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell };
        box.Shell("grep -ohE '\\b[a-z_]+=' scripts/*.sh | tr -d = | sort -u > names");
        var names = File.ReadAllLines(box.PathOf("names")).Concat(["run", "uid", "status", "value", "line", "child"]).Distinct().ToList();
        foreach (var name in names.Where(name => !name.StartsWith("firn_", StringComparison.Ordinal)))
        {
            box.Variables[name] = "a 'b'\n$(c)";
        }

        var result = box.Run("python", "-c", "import os\nfor n, v in sorted(os.environ.items()): print(n, repr(v))").MustReturn(0);

        Assert.All(box.Variables.Where(one => one.Value.StartsWith("a 'b'", StringComparison.Ordinal)), one =>
            Assert.Contains($"{one.Key} \"a 'b'\\n$(c)\"\n", result.StandardOutput));
        Assert.DoesNotContain("firn_", result.StandardOutput);
    }

    [SkippableFact]
    public void Without_a_project_the_command_runs_where_it_is()
    {
        using var box = new EntrypointBox { Folder = "/usr" };
        box.Variables.Remove("PROJECT_ROOT_AT");

        var result = box.Run("pwd").MustReturn(0);

        Assert.Equal("/usr\n", result.StandardOutput);
        Assert.StartsWith("firn: PROJECT_ROOT_AT is not set", result.StandardError);
        Assert.Single(result.StandardError.TrimEnd().Split('\n'));
    }

    [SkippableFact]
    public void Mistakes_of_the_project_end_the_start()
    {
        using var box = new EntrypointBox();
        box.Variables["PACKAGE_NAME"] = "stday";
        var result = box.Run("echo", "no").MustReturn(1);
        Assert.Contains("firn: the package stday cannot be imported", result.StandardError);
        Assert.Contains("firn: PACKAGE_NAME is stday", result.StandardError);
        Assert.Equal(string.Empty, result.StandardOutput);

        box.Variables["PROJECT_ROOT_AT"] = "/absent";
        result = box.Run("echo", "no").MustReturn(1);
        Assert.Contains("firn: PROJECT_ROOT_AT is /absent, but there is no such folder", result.StandardError);
        Assert.Contains("mount the project there", result.StandardError);

        box.Variables["PROJECT_ROOT_AT"] = box.PathOf("home");
        Assert.Contains("firn: there is no pyproject.toml", box.Run("echo", "no").MustReturn(1).StandardError);
        box.Variables["SKIP_INSTALL_PROJECT"] = "1";
        Assert.Equal(box.PathOf("home") + "\n", box.Run("pwd").MustReturn(0).StandardOutput);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void A_project_of_scripts_alone_has_nothing_to_install(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell };
        box.Variables["PACKAGE_NAME"] = string.Empty;
        box.Variables["PROJECT_ROOT_AT"] = box.PathOf("work");
        // An empty folder is one that was not mounted.
        box.Shell("mkdir work");
        Assert.Contains("mount the project there", box.Run("echo", "no").MustReturn(1).StandardError);
        box.Write("work/fit.py", "print('fitted')\n");

        var result = box.Run("python", "fit.py").MustReturn(0);

        Assert.Equal("fitted\n", result.StandardOutput);
        Assert.Equal($"firn: there is no pyproject.toml, setup.cfg or setup.py in {box.PathOf("work")}: nothing is installed\n", result.StandardError);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Base_entrypoint_runs_before_the_project_and_hands_on(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell };
        const string Bash = "#!/bin/bash\ndeclare -A x; x[a]=1; export FROM_BASE=\"$# args\"\necho base >&2\n";
        string[] command = ["sh", "-c", "echo $$ $FROM_BASE; study-run \"$1\"", "sh", "a b"];
        const string Expected = "7 args\nran ['a b']\n";

        box.Variables["BASE_ENTRYPOINT"] = box.Write("execs.sh", Bash + "exec \"$@\"\n", executable: true);
        Assert.Equal("1 " + Expected, box.Run(command).MustReturn(5).StandardOutput);
        box.Variables["BASE_ENTRYPOINT"] = box.Write("child.sh", Bash + "\"$@\"\nexit $?\n", executable: true);
        Assert.EndsWith(Expected, box.Run(command).MustReturn(5).StandardOutput);
        box.Variables["BASE_ENTRYPOINT"] = box.PathOf("execs.sh") + " one";
        Assert.Contains(" one", box.Run(command).MustReturn(127).StandardError);
        box.Variables["BASE_ENTRYPOINT"] = "env -u NOTHING";
        Assert.EndsWith("ran ['a b']\n", box.Run(command).MustReturn(5).StandardOutput);
        box.Variables["BASE_ENTRYPOINT_EXECS"] = "0";
        // Sourced: it may shift its arguments, or run them.
        box.Variables["BASE_ENTRYPOINT"] = box.Write("sourced.sh", Bash + "shift 3\n");
        Assert.Equal("1 " + Expected, box.Run(command).MustReturn(5).StandardOutput);
        box.Variables["BASE_ENTRYPOINT"] = box.PathOf("execs.sh");
        Assert.Equal("1 " + Expected, box.Run(command).MustReturn(5).StandardOutput);
        box.Variables.Remove("BASE_ENTRYPOINT");
        box.Variables["BASE_ENTRYPOINT_EXECS"] = string.Empty;
        box.Variables["ORIGINAL_ENTRYPOINT"] = box.PathOf("execs.sh");
        Assert.Equal("1 " + Expected, box.Run(command).MustReturn(5).StandardOutput);
    }

    [SkippableFact]
    public void Missing_base_entrypoint_is_named()
    {
        using var box = new EntrypointBox();
        box.Variables["BASE_ENTRYPOINT"] = "/opt/absent.sh";
        Assert.Equal("firn: BASE_ENTRYPOINT is /opt/absent.sh, but the image has no such program\n", box.Run("true").MustReturn(1).StandardError);
        box.Variables["BASE_ENTRYPOINT_EXECS"] = "0";
        Assert.Contains("/opt/absent.sh", box.Run("true").MustReturn(1).StandardError);
        box.Variables["BASE_ENTRYPOINT"] = box.Write("fails.sh", "return 3\n");
        Assert.Contains("fails.sh failed with 3", box.Run("true").MustReturn(1).StandardError);
        // The template's placeholder.
        box.Variables["BASE_ENTRYPOINT"] = "/opt/template-entrypoints/dummy.sh";
        box.Run("true").MustReturn(0);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Any_user_runs_in_a_read_only_container(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell, User = "4242" };
        box.Variables.Remove("HOME");
        box.Mounts = $"mount --bind {box.Root} {box.Root}; mount --bind {box.PathOf("tmp")} {box.PathOf("tmp")}; mount -o remount,ro,bind {box.Root}";
        const string Look = """
            import getpass, os, stat
            home = os.stat(os.environ["HOME"])
            print(os.getuid(), home.st_uid, oct(stat.S_IMODE(home.st_mode)), getpass.getuser())
            open(os.environ["HOME"] + "/x", "w").close()
            """;

        var result = box.Run("python", "-c", Look).MustReturn(0);
        Assert.Equal("4242 4242 0o700 user4242\n", result.StandardOutput);
        Assert.Single(result.StandardError.TrimEnd().Split('\n'));
        box.Variables["HOME"] = "/";
        Assert.Equal("ran []\n", box.Run("study-run").MustReturn(5).StandardOutput);
    }

    [SkippableTheory]
    [MemberData(nameof(Shells))]
    public void Where_nothing_can_be_written_the_project_is_on_the_path(string shell)
    {
        using var box = new EntrypointBox { ShellName = shell };
        box.Mounts = $"for m in {box.Root} /tmp /var/tmp /dev/shm; do mount --bind $m $m; mount -o remount,ro,bind $m; done";

        var result = box.Run("python", "-c", "import study; print(study.value)").MustReturn(0);

        Assert.Equal("42\n", result.StandardOutput);
        Assert.StartsWith("firn: nothing can be written here", result.StandardError);
    }

    [SkippableTheory]
    [InlineData("ln -s \"$0/elsewhere\" tmp/firn-4242")]
    [InlineData("mkdir -m 777 tmp/firn-4242")]
    [InlineData("mkdir tmp/firn-4242; chown 4242 tmp/firn-4242; chmod 777 tmp/firn-4242")]
    [InlineData("echo > tmp/firn-4242")]
    public void Folder_of_somebody_else_is_not_used(string trap)
    {
        using var box = new EntrypointBox { User = "4242" };
        box.Shell("mkdir -m 777 elsewhere; " + trap, box.Root);

        var result = box.Run("sh", "-c", "study-run; echo $PYTHONUSERBASE").MustReturn(0);

        Assert.DoesNotContain(box.PathOf("tmp/firn-4242/"), result.StandardOutput);
        Assert.StartsWith("ran []\n", result.StandardOutput);
        Assert.Empty(Directory.GetFileSystemEntries(box.PathOf("elsewhere")));
        box.Shell("rm -rf /tmp/firn-4242 /var/tmp/firn-4242");
    }

    [SkippableTheory]
    [InlineData("dash", "")]
    [InlineData("bash", "SLURM_ONE_ENTRYPOINT_SCRIPT_PER_NODE")]
    [InlineData("busybox", "SLURM_ONE_ENTRYPOINT_SCRIPT_PER_JOB")]
    public void Ranks_of_a_node_install_once_and_wait_for_it(string shell, string once)
    {
        using var box = new EntrypointBox { ShellName = shell };
        box.Variables["BASE_ENTRYPOINT"] = box.Write("base.sh", "#!/bin/sh\necho base >&2\nexec \"$@\"\n", executable: true);
        if (once.Length > 0)
        {
            box.Variables[once] = "1";
        }

        var result = RunRanks(box);

        Assert.Equal(
            Enumerable.Range(0, 8).Select(rank => $"ran ['{rank}']"),
            result.StandardOutput.TrimEnd().Split('\n').Order(StringComparer.Ordinal));
        Assert.Single(result.StandardError.Split('\n'), line => line.Contains("runs from"));
        Assert.Equal(once.Length > 0 ? 1 : 8, result.StandardError.Split('\n').Count(line => line == "base"));
        Assert.Single(Directory.GetDirectories(box.PathOf("tmp/firn-0/projects")));
    }

    [SkippableFact]
    public void Ranks_of_a_node_ask_pip_once_and_wait_for_it()
    {
        using var box = new EntrypointBox();
        var probe = new ProcessRunner().Run(RealPython.Of("system"), "-c", "import setuptools, pip, wheel");
        Part.MustBePresent(probe.ExitCode == 0, "the system's Python has no pip, setuptools and wheel");
        File.Delete(box.PathOf("project/pyproject.toml"));
        box.Write("project/setup.py", "from setuptools import setup\nsetup(name='study', version='1', packages=['study'], package_dir={'': 'src'}, entry_points={'console_scripts': ['study-run=study.main:run']})\n");

        var result = RunRanks(box);

        Assert.Equal("firn: pip installs the project, since it has no pyproject.toml\n", result.StandardError);
        Assert.Equal(8, result.StandardOutput.Split('\n').Count(line => line.StartsWith("ran [", StringComparison.Ordinal)));
    }

    // In one container, as ranks of Pyxis are: the container's first process starts the entrypoint once for each.
    private static ProcessResult RunRanks(EntrypointBox box)
    {
        box.Shell("mv scripts/entrypoint.sh scripts/start.sh");
        box.Write(
            "scripts/entrypoint.sh",
            """
            #!/bin/sh
            for rank in 0 1 2 3 4 5 6 7; do
                SLURM_PROCID=$rank SLURM_LOCALID=$rank "${0%/*}/start.sh" sh -c 'study-run $SLURM_PROCID' &
            done
            wait
            """,
            executable: true);
        return box.Run();
    }

    private static string Quoted(string path) => $"'{path}'";

    // Waits until the file is there, sends the signals to the container's first process, and says how it ended.
    private static string Signal(string names, string file) => $$"""
        # With job control, since bash else has the jobs behind it ignore the keyboard's signals.
        set -m
        "$@" &
        unshare=$!
        until [ -e {{file}} ] || ! kill -0 $unshare; do sleep 0.02; done
        first=$(cat /proc/$unshare/task/$unshare/children)
        for name in {{names}}; do kill -$name $first; sleep 0.1; done
        wait $unshare
        echo ended $?
        """;
}
