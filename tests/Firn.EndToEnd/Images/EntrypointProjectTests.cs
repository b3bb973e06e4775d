using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>The entrypoint installs the project as pip would, without pip where the project says enough of itself.</summary>
public sealed class EntrypointProjectTests
{
    private const string Fields = """

        [project]
        name = "The.Study"
        VERSION
        description = "studies"
        requires-python = ">=3.6"
        dependencies = ["numpy>=1; python_version > '3'", "six"]
        [project.optional-dependencies]
        dev = ["pytest; sys_platform == 'linux'"]
        [project.scripts]
        study-run = "study.main:run"
        [project.entry-points."study.plugins"]
        own = "study.main"

        """;

    private const string Ask = """
        import importlib.metadata as metadata, study, os
        found = metadata.distribution("the-study")
        print(found.metadata["Name"], found.version, found.metadata["Summary"], os.path.dirname(study.__file__))
        print(sorted((point.group, point.name, point.value) for point in found.entry_points))
        print(sorted(line.replace(" ", "").replace("(", "").replace(")", "") for line in found.requires))
        print([str(file) for file in found.files if not file.locate().exists()])
        print(found.read_text("INSTALLER").strip(), found.read_text("direct_url.json"))
        """;

    public static TheoryData<string, string, string, string> Layouts => new()
    {
        { "setuptools.build_meta", "src", "version = \"1.2.3\"", "" },
        { "setuptools.build_meta", ".", "version = \"1.2.3\"", "" },
        { "setuptools.build_meta", "src", "dynamic = [\"version\"]", "[tool.setuptools.dynamic]\nversion = {attr = \"study.__version__\"}" },
        { "setuptools.build_meta", "lib", "dynamic = [\"version\"]", "[tool.setuptools]\npackage-dir = {\"\" = \"lib\"}\n[tool.setuptools.dynamic]\nversion = {file = \"VERSION\"}" },
        { "setuptools.build_meta", "code", "version = \"1.2.3\"", "[tool.setuptools.packages.find]\nwhere = [\"code\"]" },
        { "hatchling.build", "src", "version = \"1.2.3\"", "[tool.hatch.build.targets.wheel]\npackages = [\"src/study\"]" },
        { "hatchling.build", "src", "dynamic = [\"version\"]", "[tool.hatch.version]\npath = \"src/study/__init__.py\"\n[tool.hatch.build.targets.wheel]\npackages = [\"src/study\"]" },
        { "flit_core.buildapi", ".", "dynamic = [\"version\"]", "[tool.flit.module]\nname = \"study\"" },
        { "flit_core.buildapi", "src", "version = \"1.2.3\"", "[tool.flit.module]\nname = \"study\"" },
        { "poetry.core.masonry.api", "code", "version = \"1.2.3\"", "[tool.poetry]\npackages = [{include = \"study\", from = \"code\"}]" },
        { "pdm.backend", "src", "dynamic = [\"version\"]", "[tool.pdm.version]\nsource = \"file\"\npath = \"src/study/__init__.py\"" },
        { "pdm.backend", ".", "version = \"1.2.3\"", "" },
        { "uv_build", "src", "version = \"1.2.3\"", "" },
    };

    [SkippableTheory]
    [MemberData(nameof(Layouts))]
    public void Project_that_says_all_is_installed_without_its_backend(string backend, string folder, string version, string tool)
    {
        using var box = new EntrypointBox();
        Lay(box, folder);
        box.Write("project/pyproject.toml", $"[build-system]\nrequires = []\nbuild-backend = \"{backend}\"\n{Fields.Replace("VERSION", version)}{tool}\n");
        MustBeInstalled(box, folder);
    }

    [SkippableFact]
    public void Project_with_setup_cfg_is_installed_without_its_backend()
    {
        using var box = new EntrypointBox();
        Lay(box, "src");
        File.Delete(box.PathOf("project/pyproject.toml"));
        box.Write("project/setup.py", "\"\"\"For old tools.\"\"\"\nimport setuptools\n\nif __name__ == '__main__':\n    setuptools.setup()\n");
        box.Write("project/setup.cfg", """
            [metadata]
            name = The.Study
            version = attr: study.__version__
            description = studies
            [options]
            packages = find:
            package_dir =
                = src
            install_requires =
                numpy>=1; python_version > '3'
                six
            [options.packages.find]
            where = src
            [options.extras_require]
            dev =
                pytest; sys_platform == 'linux'
            [options.entry_points]
            console_scripts =
                study-run = study.main:run
            study.plugins =
                own = study.main
            """);
        MustBeInstalled(box, "src");
    }

    [SkippableTheory]
    [InlineData("3.6")]
    [InlineData("3.7")]
    [InlineData("3.8")]
    [InlineData("3.9")]
    [InlineData("3.10")]
    [InlineData("3.11")]
    [InlineData("3.12")]
    [InlineData("3.13")]
    public void Every_Python_installs_the_project(string python)
    {
        using var box = new EntrypointBox(python);
        Lay(box, "src");
        box.Write("project/pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = \"hatchling.build\"\n" + Fields.Replace("VERSION", "version = \"1.2.3\""));
        box.Write("project/src/The_Study/__init__.py", string.Empty);

        var result = box.Run("study-run", "x").MustReturn(5);

        Assert.Equal("ran ['x']\n", result.StandardOutput);
        Assert.Equal($"firn: The.Study 1.2.3 runs from {box.PathOf("project")}\n", result.StandardError);
    }

    [SkippableFact]
    public void Own_reader_of_toml_says_what_Python_s_says()
    {
        var python = RealPython.Of("3.11");
        const string Compare = """
            import sys, tomllib
            sys.path.insert(0, sys.argv[1])
            import toml_reader
            for path in sys.argv[2:]:
                text = open(path).read()
                assert toml_reader.loads(text) == tomllib.loads(text), path
            good = ['a = 1', 'a.b."c d" = "x\\u00e9\\n"', "a = 'C:\\d'", 'a = [1, 2, # x\n 3,\n]', '[[a]]\nb = 1\n[[a]]\n[a.c]\nd = true', 'a = {b = "c", d.e = [ ]}',
                    'a = \"\"\"\nx\\\n   y\"\"\"\"', "a = '''\n'x'''", 'a = -1_000 # c\r\nb = 1.5', '["a b".c]\nd = ""', '', '\ufeff'[:0] + '# only']
            for text in good:
                assert toml_reader.loads(text) == tomllib.loads(text), text
            for text in ['a', 'a = ', 'a = "x', 'a = 1 b = 2', 'a = [1', '[a', 'a = 2020-01-01', 'a = "\\q"', 'a = 1\na = 2', 'a = {b = 1', '= 1', 'a = 01', 'a = nan']:
                try: toml_reader.loads(text)
                except ValueError: continue
                raise SystemExit("taken: " + text)
            """;
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("pyproject.toml");
        File.WriteAllText(path, EntrypointBox.Pyproject + Fields.Replace("[project]", "[x]").Replace("project.", "x.").Replace("VERSION", "v = 1"));

        new ProcessRunner().Run(python, "-B", "-c", Compare, EntrypointBox.Scripts, path).MustReturn(0);
    }

    [SkippableFact]
    public void Project_that_changed_is_installed_again()
    {
        using var box = new EntrypointBox();
        box.Run("true").MustReturn(0);
        box.Write("project/pyproject.toml", EntrypointBox.Pyproject.Replace("study-run", "other-run").Replace("1.2.3", "1.3"));

        var result = box.Run("other-run").MustReturn(5);

        Assert.Contains("The.Study 1.3 runs from", result.StandardError);
        box.Run("study-run").MustReturn(127);
        // What a cleaner of /tmp took is made again.
        box.Shell("rm -r tmp/firn-0/projects/*/bin");
        box.Run("other-run").MustReturn(5);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Project_whose_backend_must_be_asked_is_installed_by_pip(bool readOnly)
    {
        using var box = new EntrypointBox();
        MustHavePip(box);
        File.Delete(box.PathOf("project/pyproject.toml"));
        box.Write("project/setup.py", """
            from setuptools import setup
            setup(name="the-study", version=str(1 + 1), packages=["study"], package_dir={"": "src"},
                  entry_points={"console_scripts": ["study-run=study.main:run"]})
            """);
        box.Shell("chown -R 4242 project");
        box.Mounts = readOnly ? $"mount --bind {box.PathOf("project")} {box.PathOf("project")}; mount -o remount,ro,bind {box.PathOf("project")}" : string.Empty;
        var before = box.ProjectFiles();

        var result = box.Run("study-run", "x").MustReturn(5);

        Assert.Equal("ran ['x']\n", result.StandardOutput);
        Assert.Equal("firn: pip installs the project, since it has no pyproject.toml\n", result.StandardError);
        Assert.Equal(before, box.ProjectFiles());
        Assert.Equal(string.Empty, box.Run("study-run", "x").MustReturn(5).StandardError);
    }

    [SkippableFact]
    public void Backend_that_is_missing_is_named()
    {
        using var box = new EntrypointBox();
        MustHavePip(box);
        box.Variables["PIP_NO_INDEX"] = "1";
        box.Write("project/pyproject.toml", "[build-system]\nrequires = [\"firn-no-backend\"]\nbuild-backend = \"firn_no_backend\"\n[project]\nname = \"a\"\nversion = \"1\"\n");

        var error = box.Run("echo", "no").MustReturn(1).StandardError;

        Assert.Contains("firn: pip installs the project, since its build backend is firn_no_backend\n", error);
        Assert.Contains("firn: firn-no-backend is not in the image, so pip downloads what the build needs\n", error);
        Assert.EndsWith("firn: pip cannot install " + box.PathOf("project") + " (SKIP_INSTALL_PROJECT=1 goes on without)\n", error);
    }

    [SkippableFact]
    public void Python_that_is_too_old_for_the_project_is_named()
    {
        using var box = new EntrypointBox();
        box.Write("project/pyproject.toml", EntrypointBox.Pyproject.Replace("version =", "requires-python = \">=3.99\"\nversion ="));

        Assert.Contains("firn: The.Study needs Python >=3.99, and this is 3.", box.Run("true").MustReturn(1).StandardError);
    }

    [SkippableTheory]
    [InlineData("PYTHONNOUSERSITE", "1")]
    [InlineData("PYTHONUSERBASE", "/nowhere/own")]
    public void Where_the_user_site_is_taken_the_project_is_on_the_path(string name, string value)
    {
        using var box = new EntrypointBox();
        box.Variables[name] = value;
        box.Variables["PYTHONPATH"] = "/some/where";

        var result = box.Run("sh", "-c", $"study-run; echo ${name}; echo $PYTHONPATH").MustReturn(0);

        Assert.StartsWith($"ran []\n{value}\n{box.PathOf("tmp")}/firn-0/projects/", result.StandardOutput);
        Assert.EndsWith($":{box.PathOf("project/src")}:/some/where\n", result.StandardOutput);
    }

    [SkippableFact]
    public void Environments_that_are_closed_have_the_project_too()
    {
        using var box = new EntrypointBox();
        var python = new PythonRunner(RealPython.Of("3.12"));
        python.Variables["PYTHONDONTWRITEBYTECODE"] = "1";
        python.MakeEnvironment(box.PathOf("env"), "--without-pip");
        box.Variables["PATH"] = $"{box.PathOf("env/bin")}:{box.Variables["PATH"]}";
        Lay(box, "src");
        box.Write("project/pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = \"setuptools.build_meta\"\n" + Fields.Replace("VERSION", "version = \"1.2.3\""));

        MustBeInstalled(box, "src");
    }

    [SkippableFact]
    public void Place_where_commands_cannot_be_started_is_said()
    {
        using var box = new EntrypointBox();
        // As docker mounts what --tmpfs names.
        box.Mounts = $"mount -t tmpfs -o noexec,mode=1777 firn-test {box.PathOf("tmp")}";

        var result = box.Run("python", "-c", "import study; print(study.value)").MustReturn(0);

        Assert.Equal("42\n", result.StandardOutput);
        Assert.Contains("firn: its commands cannot be started: ", result.StandardError);
    }

    [SkippableFact]
    public void Package_from_elsewhere_is_said()
    {
        using var box = new EntrypointBox();
        box.Write("other/study/__init__.py", "value = 1\n");
        box.Variables["PYTHONPATH"] = box.PathOf("other");

        Assert.Contains($"firn: study is imported from {box.PathOf("other/study/__init__.py")}", box.Run("true").MustReturn(0).StandardError);
    }

    [SkippableFact]
    public void Shell_that_came_in_by_another_way_has_the_project()
    {
        using var box = new EntrypointBox();
        box.Run("true").MustReturn(0);
        var variables = box.Variables.ToDictionary(one => one.Key, string? (one) => one.Value);
        variables["ENTRYPOINTS_ROOT"] = box.PathOf("scripts");

        var result = new ProcessRunner { Variables = variables, WorkingDirectory = "/" }.Run(
            Part.Program("dash"), "-c", ". \"$ENTRYPOINTS_ROOT/environment.sh\"; study-run; pwd").MustReturn(0);

        Assert.Equal("ran []\n/\n", result.StandardOutput);
        Assert.Equal(string.Empty, result.StandardError);
    }

    [SkippableFact]
    public void Install_takes_less_than_a_tenth_of_a_second()
    {
        using var box = new EntrypointBox();
        var shortest = TimeSpan.MaxValue;
        for (var run = 0; run < 10; run++)
        {
            // Processor time, which what else the machine does cannot lengthen as it does the clock's.
            var took = Measured.Run(
                new ProcessRunner { Variables = new Dictionary<string, string?> { ["PYTHONUSERBASE"] = null } },
                RealPython.Of("system"), "-B", Path.Join(EntrypointBox.Scripts, "install_project.py"), box.PathOf("project"), box.PathOf($"tmp/{run}"));
            took.Result.MustReturn(0);
            Assert.Contains("runs from", took.Result.StandardError);
            shortest = took.Processor < shortest ? took.Processor : shortest;
        }

        Assert.True(shortest < TimeSpan.FromMilliseconds(100), $"an install takes {shortest.TotalMilliseconds} ms");
    }

    private static void Lay(EntrypointBox box, string folder)
    {
        Directory.Delete(box.PathOf("project/src"), recursive: true);
        box.Write($"project/{folder}/study/__init__.py", "\"\"\"Studies.\"\"\"\n__version__ = \"1.2.3\"\n");
        box.Write($"project/{folder}/study/main.py", "import sys\ndef run():\n    print('ran', sys.argv[1:])\n    return 5\n");
        box.Write($"project/{folder}/the_study.py", string.Empty);
        box.Write("project/VERSION", "1.2.3\n");
    }

    private static void MustBeInstalled(EntrypointBox box, string folder)
    {
        var before = box.ProjectFiles();
        var result = box.Run("python", "-c", Ask).MustReturn(0);
        var package = Path.GetFullPath(box.PathOf($"project/{folder}/study"));
        Assert.Equal(
            $$"""
            The.Study 1.2.3 studies {{package}}
            [('console_scripts', 'study-run', 'study.main:run'), ('study.plugins', 'own', 'study.main')]
            ["numpy>=1;python_version>'3'", 'pytest;sys_platform==\'linux\'andextra=="dev"', 'six']
            []
            firn {"dir_info": {"editable": true}, "url": "file://{{box.PathOf("project")}}"}

            """,
            result.StandardOutput);
        Assert.Equal($"firn: The.Study 1.2.3 runs from {box.PathOf("project")}\n", result.StandardError);
        Assert.Equal("ran ['a b']\n", box.Run("study-run", "a b").MustReturn(5).StandardOutput);
        Assert.Equal(before, box.ProjectFiles());
    }

    private static void MustHavePip(EntrypointBox box)
    {
        var probe = new ProcessRunner().Run(RealPython.Of("system"), "-c", "import setuptools, pip, wheel");
        Part.MustBePresent(probe.ExitCode == 0, "the system's Python has no pip, setuptools and wheel");
        // Of this machine's own settings for pip none is the container's.
        box.Variables["PIP_CONFIG_FILE"] = "/dev/null";
    }
}
