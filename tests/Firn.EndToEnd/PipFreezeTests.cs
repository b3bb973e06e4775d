using Firn.EndToEnd.Support;

namespace Firn.EndToEnd;

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
