using Firn.Common;
using Firn.Python.Pip;

namespace Firn.Tests.Python.Pip;

public sealed class PipInstallationTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("firn-pip-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Find_takes_the_first_pip_on_the_search_path()
    {
        Write("one/pip/__init__.py", "\"\"\"doc\"\"\"\n__version__ = \"24.0\"\n");
        Write("two/pip/__init__.py", "__version__ = '9.0.3'\n");
        Assert.Equal("24.0", PipInstallation.Find([In("none"), In("one"), In("two")])!.Version);
        Assert.Equal("9.0.3", PipInstallation.Find([In("two"), In("one")])!.Version);
        Assert.Null(PipInstallation.Find([In("none")]));
    }

    [Fact]
    public void Find_knows_debians_changes()
    {
        Write("one/pip/__init__.py", "__version__ = \"23.0.1\"\n");
        Write("one/pip/_internal/commands/freeze.py", "DEV_PKGS = {\"pip\", \"setuptools\", \"pkg-resources\"}\n");
        Assert.True(PipInstallation.Find([In("one")])!.IsDebian);
    }

    [Theory]
    [InlineData("/from/variable /two", "/from/variable|/two")]
    [InlineData("", "/site|/more")]
    public void FindLinks_prefers_the_variable(string variable, string expected)
    {
        Write("etc/pip.conf", "[global]\nfind-links = /machine\n");
        Write("prefix/pip.conf", "# comment\n[global]\nFind_Links:\n  /site\n  /more\n[install]\nfind-links = /no\n");
        var systemContext = new SystemContext
        {
            Variables = new Dictionary<string, string> { ["PIP_FIND_LINKS"] = variable },
            HomeDirectory = In("home"),
            CurrentDirectory = "/",
            RootDirectory = _root,
        };
        Assert.Equal(expected, string.Join('|', new PipSettings(systemContext, In("prefix"), "freeze").Words("find-links")!.Value));
    }

    [Theory]
    // Where the chosen file is there the user's are not read, and the environment's still are; it counts more than those.
    [InlineData("chosen.conf", "chosen|site|machine|")]
    [InlineData("missing.conf", "user|site|machine|user")]
    [InlineData("/dev/null", "|||")]
    [InlineData(null, "user|site|machine|user")]
    public void Files_count_as_for_pip(string? chosen, string expected)
    {
        Write("etc/pip.conf", "[global]\none = machine\ntwo = machine\nthree = machine\n");
        Write("home/.config/pip/pip.conf", "[freeze]\none = user\nfour = user\n");
        Write("prefix/pip.conf", "[global]\n--TWO: site\n[freeze]\nthree = \n");
        Write("chosen.conf", "[freeze]\none = chosen\n");
        var systemContext = new SystemContext
        {
            Variables = new Dictionary<string, string> { ["PIP_CONFIG_FILE"] = chosen is null or "/dev/null" ? chosen ?? string.Empty : In(chosen) },
            HomeDirectory = In("home"),
            CurrentDirectory = "/",
            RootDirectory = _root,
        };

        var settings = new PipSettings(systemContext, In("prefix"), "freeze");

        Assert.Equal(expected, string.Join('|', settings.Value("one"), settings.Value("two"), settings.Value("three"), settings.Value("four")));
    }

    private string In(string path) => Path.Join(_root, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(In(path))!);
        File.WriteAllText(In(path), text);
    }
}
