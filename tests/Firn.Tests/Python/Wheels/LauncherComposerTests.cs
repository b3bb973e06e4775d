using Firn.Python.Wheels;

namespace Firn.Tests.Python.Wheels;

public sealed class LauncherComposerTests
{
    [Theory]
    [InlineData("python3.11", "pip pip3 pip3.9 pipx pip-tool", "pip pip-tool pip3 pip3.11 pipx")]
    [InlineData("python3.13t", "pip", "pip pip3 pip3.13")]
    [InlineData("python3.11", "pip3.9", "pip3.9")]
    [InlineData("python2.7", "easy_install easy_install-3.8 easy_install-x", "easy_install easy_install-2.7 easy_install-x")]
    public void Compose_gives_pip_and_easy_install_the_versions_of_the_target(string folder, string names, string expected)
    {
        var points = names.Split(' ').Select(name => new WheelEntryPoint(name, "m", "f", IsGui: false));

        var launchers = new LauncherComposer(folder).Compose([.. points]);

        Assert.Equal(expected.Split(' ').Select(name => "bin/" + name), launchers.Select(launcher => launcher.Path));
    }

    [Fact]
    public void Compose_an_old_Python_gets_a_launcher_that_it_understands()
    {
        var launcher = Assert.Single(new LauncherComposer("python3.8").Compose([new WheelEntryPoint("x", "m.n", "f.g", IsGui: false)]));

        Assert.Equal(
            "# -*- coding: utf-8 -*-\nimport re\nimport sys\nfrom m.n import f\nif __name__ == '__main__':\n"
            + "    sys.argv[0] = re.sub(r'(-script\\.pyw|\\.exe)?$', '', sys.argv[0])\n    sys.exit(f.g())\n",
            launcher.Body);
    }

    [Fact]
    public void Compose_a_command_of_both_kinds_is_that_of_the_user_interface()
    {
        var launcher = Assert.Single(new LauncherComposer("python3.11").Compose(
            [new WheelEntryPoint("x", "gui", "f", IsGui: true), new WheelEntryPoint("x", "console", "f", IsGui: false)]));

        Assert.Contains("from gui import f", launcher.Body, StringComparison.Ordinal);
    }
}
