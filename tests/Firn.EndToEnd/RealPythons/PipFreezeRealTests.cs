using Firn.Common.Files;
using Firn.Python.Pip;
using Firn.Tests;

namespace Firn.EndToEnd.RealPythons;

/// <summary>What pip itself prints, in each Python of the machine and in environments made by it.</summary>
[Collection(Support.MachinePythons.Name)]
public sealed class PipFreezeRealTests : IDisposable
{
    private const string Pyenv = "/root/.pyenv/versions";
    private readonly string _root = RealPath.Of(Directory.CreateTempSubdirectory("firn-real-").FullName);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public static TheoryData<string> Pythons() =>
    [
        "/usr/bin/python3", $"{Pyenv}/2.7.18/bin/python", $"{Pyenv}/3.6.15/bin/python", $"{Pyenv}/3.7.16/bin/python",
        $"{Pyenv}/3.8.18/bin/python", $"{Pyenv}/3.9.18/bin/python", $"{Pyenv}/3.10.13/bin/python",
        $"{Pyenv}/3.11.7/bin/python", $"{Pyenv}/3.12.1/bin/python", $"{Pyenv}/3.13.0/bin/python",
    ];

    [SkippableTheory]
    [MemberData(nameof(Pythons))]
    public void Run_prints_what_the_pip_of_that_python_prints(string python) => new RealPip(python).AssertSame();

    [SkippableTheory]
    [InlineData("3.11.7", false)]
    [InlineData("3.11.7", true)]
    [InlineData("3.8.18", true)]
    [InlineData("3.13.0", true)]
    public void Run_follows_a_virtual_environment(string version, bool withSystem)
    {
        var python = MakeEnvironment($"{Pyenv}/{version}/bin/python", withSystem);
        InstallEditable(python, MakeProject("proj-one", "git@github.com:me/proj.git"));
        InstallEditable(python, MakeProject("proj_two", null));
        new RealPip(python).AssertSame();
    }

    [SkippableFact]
    public void Run_follows_debians_virtual_environment()
    {
        Part.Require("/usr/bin/python3");
        new RealPip(MakeEnvironment("/usr/bin/python3", withSystem: true)).AssertSame();
    }

    [SkippableTheory]
    [InlineData("3.10.13")]
    [InlineData("3.12.1")]
    public void Run_follows_the_users_own_packages(string version)
    {
        var python = $"{Pyenv}/{version}/bin/python";
        Part.Require(python);
        var variables = new Dictionary<string, string> { ["PYTHONUSERBASE"] = Path.Join(_root, "user") };
        var site = Path.Join(_root, "user", "lib", "python" + version[..version.LastIndexOf('.')], "site-packages");
        Write(Path.Join(site, "mine-1.5.dist-info", "METADATA"), "Metadata-Version: 2.1\nName: Mine\nVersion: 1.5\n");
        Write(Path.Join(site, "pip-99.dist-info", "METADATA"), "Metadata-Version: 2.1\nName: pip\nVersion: 99\n");
        new RealPip(python, variables).AssertSame();
    }

    [SkippableTheory]
    [InlineData("3.11.7")]
    [InlineData("3.9.18")]
    public void Run_follows_a_requirement_file(string version)
    {
        var python = new RealPip($"{Pyenv}/{version}/bin/python");
        var file = Path.Join(_root, "requirements.txt");
        Write(file, "# comment\n\n--pre\nSetuptools>=1  # why\nnot-there==1\n\n  # comment\npip[x] ; python_version > '3'\n--pre\n");
        var options = python.Options() with { All = true, RequirementFiles = [file] };
        Assert.Equal(python.Freeze("--all", "-r", file), PipFreeze.Run(options, []).Text);
    }

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private string MakeEnvironment(string python, bool withSystem)
    {
        Part.Require(python);
        var folder = Path.Join(_root, "venv");
        string[] arguments = withSystem ? ["-m", "venv", "--system-site-packages", folder] : ["-m", "venv", folder];
        Part.Run(python, arguments);
        return Path.Join(folder, "bin", "python");
    }

    private string MakeProject(string name, string? remote)
    {
        Part.Require("git");
        var folder = Path.Join(_root, name, "source");
        Write(Path.Join(folder, "setup.py"), $"from setuptools import setup\nsetup(name='{name}', version='1.0-1')\n");
        Part.Run("git", "-C", folder, "init", "-q");
        Part.Run("git", "-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m", "x");
        if (remote is not null)
        {
            Part.Run("git", "-C", folder, "remote", "add", "origin", remote);
        }

        return folder;
    }

    /// <summary>What pip did for <c>-e</c> before PEP 660: an egg-link and a line in easy-install.pth.</summary>
    private static void InstallEditable(string python, string project)
    {
        if (!Part.Run(python, "-m", "pip", "list").Contains("setuptools", StringComparison.Ordinal))
        {
            return;
        }

        const string develop = "import os, runpy, sys; os.chdir(sys.argv[1]); "
            + "sys.argv = ['setup.py', '-q', 'develop', '--no-deps']; runpy.run_path('setup.py', run_name='__main__')";
        Part.Run(python, "-W", "ignore", "-c", develop, project);
    }
}
