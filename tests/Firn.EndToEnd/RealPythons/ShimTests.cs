using Firn.Runs.Observation;
using Firn.Tests.Runs.Observation;

namespace Firn.EndToEnd.RealPythons;

/// <summary>What a program sees with the shim is what it sees without, in every Python; and it is observed.</summary>
[Collection(Support.MachinePythons.Name)]
public sealed class ShimTests
{
    /// <summary>Everything of the interpreter that the shim could disturb, printed.</summary>
    private const string Describe =
        """
        import sys, os
        def main():
            print(sys.version_info[:2], sys.argv, sys.flags, __name__)
            print(sys.path)
            print(sorted(sys.path_importer_cache))
            print(sorted(n for n in os.environ if n != 'PYTHONPATH'), sys.warnoptions, sys.dont_write_bytecode)
            print(sorted(m for m in sys.modules if 'custom' in m), getattr(sys.modules.get('sitecustomize'), '__file__', None))
            print(sys.gettrace(), sys.getprofile(), sys.excepthook, sys.displayhook)
        main()
        """;

    public static TheoryData<string> Versions { get; } =
    [
        "2.7.18", "3.6.15", "3.7.16", "3.8.18", "3.9.18", "3.10.13", "3.11.7", "3.12.1", "3.13.0",
    ];

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    public void Program_sees_the_same_interpreter(string version)
    {
        using var run = new ObservedRun(version);
        run.Project.Write("describe.py", Describe);
        run.Project.Write("lib/other.py");
        // Python 2 takes an empty PYTHONPATH for the current folder; Python 3 for none.
        foreach (var path in new[] { version[0] == '2' ? "." : "", "lib", $"{run.Project["lib"]}:", ":lib" })
        {
            run.Variables["PYTHONPATH"] = path;
            run.RunBare("-W", "error", "describe.py", "a b");
            var bare = (run.Output, run.Error, run.ExitCode);

            var observation = run.Observe("-W", "error", "describe.py", "a b");

            Assert.Equal(bare, (run.Output, run.Error, run.ExitCode));
            Assert.Equal(version, Assert.Single(observation.Processes).Version);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    public void Own_sitecustomize_runs_and_its_errors_are_told_as_ever(string version)
    {
        using var run = new ObservedRun(version);
        run.Project.Write("describe.py", Describe);
        run.Variables["PYTHONPATH"] = "own";
        foreach (var source in new[]
        {
            "import sys; sys.stdout.write('mine ' + __name__ + '\\n')",
            "import sys; sys.stdout.write('mine\\n'); raise ImportError('no')",
            "import nothing_of_this_name",
            "raise ValueError('wrong')",
            "import atexit, sys; atexit.register(lambda: sys.stdout.write('end\\n'))",
        })
        {
            run.Project.Write("own/sitecustomize.py", source);
            run.Variables["PYTHONDONTWRITEBYTECODE"] = "1";
            run.RunBare("describe.py");
            var bare = (run.Output, run.Error, run.ExitCode);

            var observation = run.Observe("describe.py");

            Assert.Equal(bare, (run.Output, run.Error, run.ExitCode));
            Assert.True(Assert.Single(observation.Processes).IsObserved);
        }
    }

    /// <summary>Python shows where it was left then, and there the shim is on the way.</summary>
    [SkippableFact]
    public void Own_sitecustomize_may_end_the_program()
    {
        using var run = new ObservedRun("3.11.7");
        run.Variables["PYTHONPATH"] = "own";
        run.Project.Write("own/sitecustomize.py", "import sys; sys.exit(7)");
        run.RunBare("-c", "print(1)");
        var bare = (run.Output, run.Error.Split('\n')[^2], run.ExitCode);

        run.Observe("-c", "print(1)");

        Assert.Equal(bare, (run.Output, run.Error.Split('\n')[^2], run.ExitCode));
    }

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    public void Ways_of_starting_and_ending_are_as_ever(string version)
    {
        using var run = new ObservedRun(version);
        run.Project.Write("module_main.py", "import sys, json\nprint(__name__, sys.argv[1:])\nsys.exit(5)\n");
        run.Project.Write("package/__init__.py");
        run.Project.Write("package/__main__.py", "raise KeyError('no')\n");
        run.Project.Write("ends.py", "import atexit\natexit.register(print, 1) if str is not bytes else 0\nimport os, sys\n");
        foreach (var arguments in new string[][]
        {
            ["-c", "import sys; sys.exit(3)"],
            ["-c", "import os; os._exit(4)"],
            ["-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"],
            ["-c", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"],
            ["-c", "import no_such_module"],
            ["-c", "1/0"],
            ["-m", "module_main", "x"],
            ["-m", "package"],
            ["ends.py"],
            ["-i", "-c", "print(1)"],
            ["-m", "pdb", "-c", "continue", "module_main.py"],
            ["-c", "import os, sys; os.execv(sys.executable, [sys.executable, '-c', 'print(2)'])"],
            ["-c", "import sys; print([m.__name__ for m in sys.meta_path if hasattr(m, '__name__')])"],
        })
        {
            run.RunBare(arguments);
            var bare = (run.Output, run.Error, run.ExitCode);

            var observation = run.Observe(arguments);

            Assert.Equal(bare, (run.Output, run.Error, run.ExitCode));
            Assert.All(observation.Processes, process => Assert.True(process.IsObserved));
            Assert.NotEmpty(observation.Processes);
        }
    }

    [SkippableFact]
    public void Nothing_is_left_in_a_folder_of_bytecode()
    {
        using var run = new ObservedRun("3.11.7");
        run.Variables["PYTHONPYCACHEPREFIX"] = run.Project["cache"];
        run.Project.Write("helper.py");

        var observation = run.Observe("-c", "import helper");

        Assert.True(Assert.Single(observation.Processes).IsObserved);
        var left = Directory.GetFileSystemEntries(run.Project["cache"], "*", SearchOption.AllDirectories);
        Assert.Contains(left, path => path.Contains("helper", StringComparison.Ordinal));
        Assert.DoesNotContain(left, path => path.Contains("sitecustomize", StringComparison.Ordinal) || path.EndsWith("shim", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData("3.8.18")]
    [InlineData("3.11.7")]
    public void Program_may_close_and_replace_all_descriptors_and_its_os(string version)
    {
        using var run = new ObservedRun(version);
        var site = run.MakeEnvironment();
        ObservedRun.Install(site, "snow", "1.0");
        ObservedRun.Install(site, "ice", "1.0");
        run.Project.Write(
            "rude.py",
            """
            import os, resource, sys, threading
            os.closerange(3, 100)
            mine = os.open('mine', os.O_WRONLY | os.O_CREAT)
            import snow
            os.open = os.write = os.getpid = None
            resource.setrlimit(resource.RLIMIT_NOFILE, (mine + 1, mine + 1))
            try:
                import absent
            except ImportError:
                pass
            sys.meta_path[0].find_spec(None, 3, 4)
            print(mine, os.fstat(mine).st_size)
            del sys.meta_path[0]
            """);

        var observation = run.Observe("rude.py");

        Assert.Equal(("3 0\n", "", 0), (run.Output, run.Error, run.ExitCode));
        Assert.Equal("snow", Assert.Single(observation.Used).Name);
    }

    [Fact]
    public void Report_with_lines_that_are_none_reads()
    {
        var found = new List<ProcessReport>();

        ReportReader.Read("F\tx\t/x\nP\tstart\tno\nP\nI\nP\tstart\t7\t1\t3.11.7\t/p\\\\q\t/e\t/b\t/l/\nI\ta\nF\ta\t/a\\n\nZ\nI\tb", found);

        var report = Assert.Single(found);
        Assert.Equal((7, "/p\\q", "b", false), (report.ProcessId, report.Executable, report.LastImport, report.HasEnded));
        Assert.Equal("/a\n", Assert.Single(report.Modules).Value);
    }
}
