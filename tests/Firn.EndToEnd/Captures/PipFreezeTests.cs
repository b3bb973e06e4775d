using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Captures;

/// <summary><c>firn export --format pip</c> against <c>pip freeze</c> of the same Python, byte for byte.</summary>
[Collection(MachinePythons.Name)]
public sealed class PipFreezeTests(PublishedFirn firn)
{
    public static TheoryData<string> Pythons => RealPython.All;

    public static TheoryData<string> Representatives => RealPython.Representatives;

    [SkippableTheory]
    [MemberData(nameof(Pythons))]
    public void Export_of_an_installed_Python_equals_pip_freeze(string name)
    {
        var python = new PythonRunner(RealPython.Of(name));

        python.FreezeMustBeEqual(firn);
    }

    // Old pips write a line of their own for it.
    [SkippableTheory]
    [MemberData(nameof(Pythons))]
    public void Export_with_PIP_FIND_LINKS_equals_pip_freeze(string name)
    {
        using var folder = new TemporaryFolder();
        var python = new PythonRunner(RealPython.Of(name));
        python.Variables["PIP_FIND_LINKS"] = $"{folder.Root} https://example.org/wheels/";

        python.FreezeMustBeEqual(firn);
    }

    /// <summary>Each option that pip's listing takes from a variable or from a file, alone and together.</summary>
    [SkippableTheory]
    [MemberData(nameof(Pythons))]
    public void Export_where_pip_is_configured_equals_pip_freeze(string name)
    {
        using var folder = new TemporaryFolder();
        var python = new PythonRunner(RealPython.Of(name));
        if (name is not "2.7")
        {
            python = python.MakeEnvironment(folder.PathOf("venv"));
        }

        python.Variables["HOME"] = folder.PathOf("home");
        python.Variables["XDG_CONFIG_HOME"] = folder.PathOf("config");
        InstallOddWheels(python, folder.PathOf("wheels"), name is "2.7" ? ["--target", folder.PathOf("target")] : []);
        var requirements = folder.PathOf("requirements.txt");
        File.WriteAllText(requirements, "# first\nfirn-post\nabsent\n");
        var site = Path.Join(Path.GetDirectoryName(Path.GetDirectoryName(python.Python)), "pip.conf");
        (string Name, string Value)[][] settings =
        [
            [("PIP_ALL", "1")], [("PIP_ALL", "no")], [("PIP_USER", "true")], [("PIP_LOCAL", "1")], [("PIP_EXCLUDE", "FirnUpper firn_dotted")],
            [("PIP_EXCLUDE_EDITABLE", "on")], [("PIP_PATH", folder.PathOf("target"))], [("PIP_REQUIREMENT", requirements)],
            [("PIP_EXCLUDE", ""), ("PIP_ALL", "1")], [("PIP_REQUIRE_VIRTUALENV", "0")],
        ];
        foreach (var set in settings)
        {
            foreach (var (variable, value) in set)
            {
                python.Variables[variable] = value;
            }

            python.FreezeMustBeEqual(firn);
            foreach (var (variable, _) in set)
            {
                python.Variables[variable] = null;
            }
        }

        // Files, those that count more later; the command's own section before [global], a variable before all.
        Write(folder.PathOf("config", "pip", "pip.conf"), "[global]\nexclude = firn-post\n[freeze]\n--all = yes\n");
        python.FreezeMustBeEqual(firn);
        Write(folder.PathOf("home", ".pip", "pip.conf"), "[freeze]\nexclude =\n    firn.dotted\n    firn_under\nall: no\n");
        python.FreezeMustBeEqual(firn);
        Write(folder.PathOf("chosen.conf"), "[freeze]\nexclude = firn-upper FirnUpper\n");
        python.Variables["PIP_CONFIG_FILE"] = folder.PathOf("chosen.conf");
        python.FreezeMustBeEqual(firn);
        python.Variables["PIP_CONFIG_FILE"] = folder.PathOf("missing.conf");
        python.FreezeMustBeEqual(firn);
        python.Variables["PIP_CONFIG_FILE"] = null;
        if (name is not "2.7")
        {
            Write(site, "[global]\nexclude = firn-dotted-two\nuser = 0\n[freeze]\nexclude = \n");
            python.FreezeMustBeEqual(firn);
        }

        python.Variables["PIP_EXCLUDE"] = "nothing";
        python.FreezeMustBeEqual(firn);

        static void Write(string path, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }

    /// <summary>Where pip stops at its configuration, the list is written as without it, and that is said.</summary>
    [SkippableTheory]
    [InlineData("PIP_ALL", "perhaps")]
    [InlineData("PIP_PATH", "/tmp PIP_USER=1")]
    [InlineData("PIP_REQUIRE_VIRTUALENV", "1")]
    public void Export_where_pip_refuses_its_configuration_says_so(string variable, string value)
    {
        var python = new PythonRunner(RealPython.Of("3.11"));
        var plain = python.Firn(firn, "export", python.Python, "--format", "pip").MustReturn(0).StandardOutput;
        python.Variables[variable] = value.Split(' ')[0];
        if (value.Contains("PIP_USER", StringComparison.Ordinal))
        {
            python.Variables["PIP_USER"] = "1";
        }

        Assert.NotEqual(0, python.Run("-m", "pip", "freeze").ExitCode);
        var found = python.Firn(firn, "export", python.Python, "--format", "pip").MustReturn(0);

        Assert.Equal(plain, found.StandardOutput);
        Assert.Contains("pip freeze stops at its configuration", found.StandardError, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Representatives))]
    public void Export_of_a_virtual_environment_equals_pip_freeze(string name)
    {
        using var folder = new TemporaryFolder();
        var python = new PythonRunner(RealPython.Of(name)).MakeEnvironment(folder.PathOf("venv"));
        InstallOddWheels(python, folder.PathOf("wheels"));
        InstallProjects(python, folder, name);

        var lines = python.FreezeMustBeEqual(firn);

        Assert.Contains("otted-two", lines);
        Assert.Contains("egg=", lines);
    }

    [SkippableTheory]
    [InlineData("3.7")]
    [InlineData("3.11")]
    [InlineData("3.12")]
    [InlineData("system")]
    public void Export_of_a_virtual_environment_with_system_packages_equals_pip_freeze(string name)
    {
        using var folder = new TemporaryFolder();
        var outer = new PythonRunner(RealPython.Of(name));
        var python = outer.MakeEnvironment(folder.PathOf("venv"), "--system-site-packages", "--without-pip");
        InstallOddWheels(python, folder.PathOf("wheels"));

        python.FreezeMustBeEqual(firn);
    }

    [SkippableTheory]
    [MemberData(nameof(Pythons))]
    public void Export_with_user_packages_equals_pip_freeze(string name)
    {
        using var folder = new TemporaryFolder();
        var python = new PythonRunner(RealPython.Of(name));
        python.Variables["PYTHONUSERBASE"] = folder.PathOf("user");
        python.Variables["PIP_BREAK_SYSTEM_PACKAGES"] = "1";
        InstallOddWheels(python, folder.PathOf("wheels"), "--user");

        Assert.Contains("1!2.0", python.FreezeMustBeEqual(firn));
        python.Variables["PYTHONNOUSERSITE"] = "1";
        Assert.DoesNotContain("1!2.0", python.FreezeMustBeEqual(firn));
    }

    // Names and versions whose spelling pip changes, or not, by its release; the last one by path, which pip records.
    private static void InstallOddWheels(PythonRunner python, string folder, params IEnumerable<string> options)
    {
        new WheelFile("Firn.Dotted", "1.0").WriteTo(folder);
        new WheelFile("firn-dotted-two", "1!2.0").WriteTo(folder);
        new WheelFile("FirnUpper", "2.0.0rc1").WriteTo(folder);
        new WheelFile("firn_under", "3.1+local.4").WriteTo(folder);
        var path = new WheelFile("firn-post", "4.0.post1.dev3").WriteTo(folder);
        python.Install(
            ["--find-links", folder, .. options, "Firn.Dotted", "firn-dotted-two", "FirnUpper==2.0.0rc1", "firn_under", path]);
    }

    private static void InstallProjects(PythonRunner python, TemporaryFolder folder, string name)
    {
        const string Remote = "https://github.com/example/firn-example.git";
        if (name is not "3.13")
        {
            // `setup.py develop` needs the setuptools that these Pythons bring.
            var legacy = SourceProject.Legacy(folder.PathOf("firn-old"), "firnold", Remote);
            python.Run("-c", $"import os; os.chdir('{legacy}'); import sys; sys.argv = ['setup.py', 'develop', '--no-deps']; "
                + "exec(open('setup.py').read())").MustReturn(0);
        }

        if (name is not "3.6")
        {
            var remote = SourceProject.Modern(folder.PathOf("source"), "firnnew", Remote);
            python.Install("--editable", remote);
            var bare = SourceProject.Modern(folder.PathOf("other"), "firnvcs", "git@github.com:example/other.git");
            python.Install("git+file://" + bare);
        }
    }
}
