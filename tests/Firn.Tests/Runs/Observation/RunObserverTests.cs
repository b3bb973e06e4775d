using Firn.Runs.Observation;

namespace Firn.Tests.Runs.Observation;

/// <summary>What is said of runs of real Pythons.</summary>
public sealed class RunObserverTests
{
    private const string Python = "3.11.7";

    public static TheoryData<string> Versions { get; } = ["3.6.15", "3.7.16", "3.9.18", "3.11.7", "3.13.0"];

    [SkippableTheory]
    [MemberData(nameof(Versions))]
    public void Distributions_are_used_or_not(string version)
    {
        using var run = new ObservedRun(version);
        var site = run.MakeEnvironment();
        ObservedRun.Install(site, "snow", "1.0", "import json, numbers");
        ObservedRun.Install(site, "ice", "2.0");
        run.Project.Write("helper.py");

        var observation = run.Observe("-c", "import snow, helper");

        Assert.Equal(("snow", "1.0", "1.0"), (observation.Used[0].Name, observation.Used[0].Version, observation.Used[0].Captured));
        Assert.Equal(["snow"], Assert.Single(observation.Used).Modules.ToArray());
        Assert.Equal(["ice"], observation.Unused.ToArray());
        Assert.Empty(observation.Outside.Select(file => file.ToString()));
        Assert.Empty(observation.Problems.Select(problem => problem.ToString()));
        Assert.True(Assert.Single(observation.Processes) is { IsObserved: true, IsCaptured: true });
    }

    [SkippableTheory]
    [InlineData("3.6.15", "fork")]
    [InlineData("3.6.15", "spawn")]
    [InlineData("3.6.15", "forkserver")]
    [InlineData("3.11.7", "fork")]
    [InlineData("3.11.7", "spawn")]
    [InlineData("3.11.7", "forkserver")]
    [InlineData("3.13.0", "forkserver")]
    public void Worker_processes_report(string version, string method)
    {
        using var run = new ObservedRun(version);
        ObservedRun.Install(run.MakeEnvironment(), "snow", "1.0");
        run.Project.Write(
            "work.py",
            $"""
            import multiprocessing
            def work(n):
                import snow
                return n
            if __name__ == '__main__':
                multiprocessing.set_start_method('{method}')
                with multiprocessing.Pool(2) as pool:
                    print(sum(pool.map(work, range(10))))
            """);

        var observation = run.Observe("work.py");

        Assert.Equal("45\n", run.Output);
        Assert.Equal("snow", Assert.Single(observation.Used).Name);
        Assert.All(observation.Processes, process => Assert.True(process.IsObserved, process.ToString()));
    }

    [SkippableTheory]
    [InlineData("SIGKILL")]
    [InlineData("SIGSEGV")]
    public void Killed_process_leaves_its_report(string signal)
    {
        using var run = new ObservedRun(Python);
        var site = run.MakeEnvironment();
        ObservedRun.Install(site, "snow", "1.0");
        ObservedRun.Install(site, "ice", "2.0", $"import os, signal; os.kill(os.getpid(), signal.{signal})");

        var observation = run.Observe("-c", "import snow, ice");

        Assert.Equal(["ice", "snow"], observation.Used.Select(use => use.Name));
    }

    [SkippableFact]
    public void Used_is_what_python_itself_says_of_a_large_program()
    {
        using var run = new ObservedRun(Python);
        Part.Require($"{Path.GetDirectoryName(run.Python)}/../lib/python3.11/site-packages/boto3/__init__.py");
        run.Project.Write(
            "large.py",
            """
            import boto3, IPython, flask, cryptography.fernet, pydantic, requests, six.moves, yaml, jsonpath_ng, sys
            from importlib import metadata
            owners = metadata.packages_distributions()
            names = set()
            for name, module in list(sys.modules.items()):
                if '.' not in name and 'site-packages' in (getattr(module, '__file__', None) or ''):
                    names.update(owners[name])
            print('\n'.join(sorted(names)))
            """);

        var observation = run.Observe("large.py");

        Assert.Equal(0, run.ExitCode);
        var expected = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(expected.Length > 20);
        Assert.Equal(expected, observation.Used.Select(use => use.Name).Order(StringComparer.Ordinal));
        Assert.All(observation.Used, use => Assert.Equal(use.Captured, use.Version));
        Assert.Empty(observation.Outside.Select(file => file.ToString()));
    }

    /// <summary>As setuptools and pip lay it out (PEP 660, PEP 610).</summary>
    [SkippableFact]
    public void Editable_install_outside_the_project_is_used()
    {
        using var run = new ObservedRun(Python);
        using var elsewhere = new TemporaryFolder();
        var site = run.MakeEnvironment();
        elsewhere.Write("src/snow_depth/__init__.py");
        var metadata = Directory.CreateDirectory(Path.Join(site, "snow-1.0.dist-info")).FullName;
        File.WriteAllText(Path.Join(metadata, "METADATA"), "Metadata-Version: 2.1\nName: snow\nVersion: 1.0\n");
        File.WriteAllText(Path.Join(metadata, "RECORD"), "__editable__.snow-1.0.pth,,\nsnow-1.0.dist-info/METADATA,,\n");
        File.WriteAllText(
            Path.Join(metadata, "direct_url.json"), $$"""{"dir_info": {"editable": true}, "url": "file://{{elsewhere.Path}}"}""");
        File.WriteAllText(Path.Join(site, "__editable__.snow-1.0.pth"), elsewhere["src"] + "\n");

        var observation = run.Observe("-c", "import snow_depth");

        Assert.Contains(observation.Used, use => use is { Name: "snow", Version: "1.0", Captured: "1.0" });
        Assert.Empty(observation.Outside.Select(file => file.ToString()));
    }

    [SkippableFact]
    public void Import_that_fails_is_no_use()
    {
        using var run = new ObservedRun(Python);
        ObservedRun.Install(run.MakeEnvironment(), "snow", "1.0", "raise ImportError('broken')");

        var observation = run.Observe("-c", "try:\n import snow\nexcept ImportError: pass\ntry:\n import absent\nexcept ImportError: pass");

        Assert.Empty(observation.Used);
    }

    [SkippableFact]
    public void Module_of_the_project_in_place_of_a_captured_one_is_told()
    {
        using var run = new ObservedRun(Python);
        ObservedRun.Install(run.MakeEnvironment(), "snow", "1.0");
        var shadow = run.Project.Write("src/snow.py");
        var random = run.Project.Write("src/random.py");
        run.Variables["PYTHONPATH"] = "src";

        var observation = run.Observe("-c", "import snow, random");

        Assert.Equal(
            [new OutsideFile("random", random, "python"), new OutsideFile("snow", shadow, "snow")], observation.Outside.ToArray());
        Assert.Equal(["snow"], observation.Unused.ToArray());
        Assert.Equal(["module-shadowed", "module-shadowed"], observation.Problems.Select(problem => problem.Code));
    }

    [SkippableFact]
    public void Version_from_elsewhere_is_told()
    {
        using var run = new ObservedRun(Python);
        using var elsewhere = new TemporaryFolder();
        ObservedRun.Install(run.MakeEnvironment(), "snow", "1.0");
        ObservedRun.Install(elsewhere.Path, "snow", "1.1");
        run.Variables["PYTHONPATH"] = elsewhere.Path;

        var observation = run.Observe("-c", "import snow");

        var use = Assert.Single(observation.Used);
        Assert.Equal(("snow", "1.1", "1.0"), (use.Name, use.Version, use.Captured));
        Assert.Equal(new OutsideFile("snow", elsewhere["snow/__init__.py"], "snow"), Assert.Single(observation.Outside));
        Assert.Contains("version-not-captured", observation.Problems.Select(problem => problem.Code));
    }

    [SkippableFact]
    public void Package_changed_since_the_capture_is_told()
    {
        using var run = new ObservedRun(Python);
        var site = run.MakeEnvironment();
        ObservedRun.Install(site, "snow", "1.0");
        var capture = ObservedRun.CaptureOf(run.Python);
        Directory.Delete(Path.Join(site, "snow-1.0.dist-info"), true);
        ObservedRun.Install(site, "snow", "2.0");
        ObservedRun.Install(site, "late", "0.1");

        var observation = run.Observe(capture, "-c", "import snow, late");

        Assert.Equal(
            [("late", "0.1", null), ("snow", "2.0", "1.0")],
            observation.Used.Select(use => (use.Name, use.Version, use.Captured)));
        Assert.Empty(observation.Outside.Select(file => file.ToString()));
    }

    [SkippableFact]
    public void Namespace_packages_are_told_apart()
    {
        using var run = new ObservedRun(Python);
        var site = run.MakeEnvironment();
        foreach (var part in new[] { "one", "two" })
        {
            File.WriteAllText(Path.Join(Directory.CreateDirectory(Path.Join(site, "shared", part)).FullName, "__init__.py"), "");
            var metadata = Directory.CreateDirectory(Path.Join(site, $"shared_{part}-1.0.dist-info")).FullName;
            File.WriteAllText(Path.Join(metadata, "METADATA"), $"Name: shared-{part}\nVersion: 1.0\n");
            File.WriteAllText(Path.Join(metadata, "RECORD"), $"shared/{part}/__init__.py,,\n");
        }

        var observation = run.Observe("-c", "import shared.two");

        Assert.Equal("shared-two", Assert.Single(observation.Used).Name);
        Assert.Equal(["shared.two"], Assert.Single(observation.Used).Modules.ToArray());
    }

    [SkippableTheory]
    [InlineData("[sys.executable, '-I', '-c', CODE]", "None", "-I")]
    [InlineData("[sys.executable, '-E', '-c', CODE]", "None", "-E")]
    [InlineData("[sys.executable, '-sS', '-c', CODE]", "None", "-S")]
    [InlineData("[sys.executable, '-c', CODE]", "{}", "an empty environment")]
    [InlineData("[sys.executable, '-c', CODE]", "{'PYTHONPATH': '/nowhere'}", "PYTHONPATH was replaced")]
    [InlineData("[sys.executable, '-c', CODE]", "{'LANG': 'C'}", "PYTHONPATH was taken away")]
    public void Process_that_cannot_report_is_named_with_the_reason(string command, string variables, string reason)
    {
        using var run = new ObservedRun(Python);
        run.Project.Write(
            "start.py",
            $"import subprocess, sys\nCODE = 'import time; time.sleep(0.5)'\nsubprocess.check_call({command}, env={variables})\n");

        var observation = run.Observe("start.py");

        var silent = Assert.Single(observation.Processes, process => !process.IsObserved);
        Assert.Equal((reason, true), (silent.Why, silent.IsCaptured));
        Assert.Equal("process-not-observed", Assert.Single(observation.Problems).Code);
    }

    [SkippableFact]
    public void Other_python_as_a_child_is_told()
    {
        using var run = new ObservedRun(Python);
        var other = ObservedRun.Interpreter("3.9.18");

        var observation = run.Observe("-c", $"import subprocess; subprocess.check_call(['{other}', '-c', 'import json, pip'])");

        var child = Assert.Single(observation.Processes, process => !process.IsCaptured);
        Assert.Equal(("3.9.18", true), (child.Version, child.IsObserved));
        Assert.Empty(observation.Outside.Select(file => file.ToString()));
        Assert.Equal("process-other-python", Assert.Single(observation.Problems).Code);
    }

    [SkippableFact]
    public void Orphan_of_a_shell_reports()
    {
        using var run = new ObservedRun(Python);
        run.Project.Write("daemon.py", "import os, time\nif os.fork(): os._exit(0)\nos.setsid()\nimport snow\n");
        ObservedRun.Install(run.MakeEnvironment(), "snow", "1.0");

        var observation = run.Observe("-c", "import os; os.system('\"%s\" daemon.py; sleep 0.3' % __import__('sys').executable)");

        Assert.Equal("snow", Assert.Single(observation.Used).Name);
    }

    [SkippableFact]
    public void Several_openmp_runtimes_in_one_process_are_found_by_symbol()
    {
        const string Gomp = "/usr/lib/x86_64-linux-gnu/libgomp.so.1";
        Part.Require(Gomp);
        Part.Require("/usr/bin/gcc");
        using var run = new ObservedRun(Python);
        run.Project.Write("rt.c", "int omp_get_max_threads(void) { return 1; }\n");
        run.Project.Write("no.c", "extern int omp_get_max_threads(void); int f(void) { return omp_get_max_threads(); }\n");
        Part.Run("gcc", "-shared", "-fPIC", "-o", run.Project["libiomp5.so"], run.Project["rt.c"]);
        Part.Run("gcc", "-shared", "-fPIC", "-o", run.Project["libomptarget.so"], run.Project["no.c"]);

        var observation = run.Observe(
            "-c", $"import ctypes; ctypes.CDLL('{Gomp}', ctypes.RTLD_GLOBAL); ctypes.CDLL('./libiomp5.so'); ctypes.CDLL('./libomptarget.so')");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            [run.Project["libiomp5.so"], Firn.Common.Files.RealPath.Of(Gomp)], observation.OpenMpRuntimes.ToArray());
        Assert.False(observation.HasOpenMpConflict);
        Assert.Contains("openmp-several", observation.Problems.Select(problem => problem.Code));
        Assert.Contains(observation.Outside, file => file is { IsLibrary: true } && file.Path == Firn.Common.Files.RealPath.Of(Gomp));
    }

    /// <summary>Extension modules that are linked as a wheel's and a conda package's would be.</summary>
    [SkippableTheory]
    [InlineData("libomp.so.5", "openmp-several", 2)]
    [InlineData("libiomp5.so", "openmp-conflict", 3)]
    public void Extension_modules_with_debians_runtimes_are_found(string second, string code, int count)
    {
        const string Llvm = "/usr/lib/llvm-14/lib";
        Part.Require($"{Llvm}/libomp.so.5");
        Part.Require("/usr/bin/gcc");
        using var run = new ObservedRun(Python);
        var include = Part.Run(run.Python, "-c", "import sysconfig; print(sysconfig.get_path('include'))").Trim();
        var intel = run.Project.Write("intel.c", "int omp_get_max_threads(void) { return 1; }\nint of_intel(void) { return 1; }\n");
        Part.Run("gcc", "-shared", "-fPIC", "-o", run.Project["libiomp5.so"], intel);
        Build("uses_gomp", "return PyLong_FromLong(omp_get_max_threads());", "-fopenmp");
        Build("uses_llvm", "return PyLong_FromLong(omp_get_max_threads());", "-Wl,--no-as-needed", $"{Llvm}/libomp.so.5", $"-Wl,-rpath,{Llvm}");
        Build("uses_intel", "return PyLong_FromLong(of_intel());", run.Project["libiomp5.so"], "-Wl,-rpath,$ORIGIN");
        var modules = second == "libiomp5.so" ? "uses_gomp, uses_llvm, uses_intel" : "uses_gomp, uses_llvm";

        var observation = run.Observe("-c", $"import {modules}");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(count, observation.OpenMpRuntimes.Length);
        Assert.Equal(code == "openmp-conflict", observation.HasOpenMpConflict);
        Assert.Contains(code, observation.Problems.Select(problem => problem.Code));

        void Build(string name, string body, params string[] arguments)
        {
            var source = run.Project.Write(
                name + ".c",
                $$"""
                #include <Python.h>
                int omp_get_max_threads(void);
                int of_intel(void);
                static PyObject *get(PyObject *self, PyObject *none) { {{body}} }
                static PyMethodDef methods[] = {{"{{\"get\", get, METH_NOARGS, 0}, {0, 0, 0, 0}};"}}
                static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "{{name}}", 0, -1, methods};
                PyMODINIT_FUNC PyInit_{{name}}(void) { return PyModule_Create(&module); }
                """);
            Part.Run("gcc", ["-shared", "-fPIC", $"-I{include}", "-o", run.Project[name + ".so"], source, .. arguments]);
        }
    }
}
