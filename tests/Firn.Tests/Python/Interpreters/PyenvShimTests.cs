using Firn.Tests.Python.Environments;

namespace Firn.Tests.Python.Interpreters;

public sealed class PyenvShimTests : IDisposable
{
    private readonly LocatorFixture _machine = new();
    private readonly string _root;

    public PyenvShimTests()
    {
        _root = _machine.Pyenv("3.10.13", "3.11.7", "3.11.10", "3.11.11rc1", "3.12.1");
        _machine.Folder.File("home/.pyenv/version", "3.12.1\n");
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Locate_shim_takes_the_global_version()
    {
        var found = _machine.Locate($"{_root}/shims/python");

        Assert.Equal($"{_root}/versions/3.12.1", found.Prefix);
        Assert.Equal($"{_root}/versions/3.12.1/bin/python", found.Executable);
        Assert.Equal("given, pyenv 3.12.1", found.Reason);
    }

    [Fact]
    public void Locate_shim_takes_the_nearest_file_and_the_variable_before_it()
    {
        _machine.Folder.File("home/.python-version", "3.10.13");
        Assert.Equal("3.10.13", Version("python"));
        _machine.Folder.File("home/work/.python-version", "# comment\r\n\n  3.11.7  rest\n");
        Assert.Equal("3.11.7", Version("python"));
        _machine.Variables["PYENV_VERSION"] = "3.12.1";
        Assert.Equal("3.12.1", Version("python"));
    }

    [Theory]
    [InlineData("3.11", "3.11.10")]
    [InlineData("3", "3.12.1")]
    [InlineData("python-3.10", "3.10.13")]
    [InlineData("3.11.11rc1", "3.11.11rc1")]
    [InlineData("3.9:3.11.7:3.12.1", "3.11.7")]
    [InlineData("../versions/3.12.1:3.10.13", "3.10.13")]
    public void Locate_shim_resolves_names_as_pyenv_does(string name, string expected)
    {
        _machine.Variables["PYENV_VERSION"] = name;

        Assert.Equal(expected, Version("python"));
    }

    [Fact]
    public void Locate_shim_takes_the_first_version_that_has_the_command()
    {
        _machine.Variables["PYENV_VERSION"] = "3.10.13:3.11.7:3.12.1";

        Assert.Equal("3.10.13", Version("python3"));
        Assert.Equal("3.12.1", Version("python3.12"));
    }

    [Fact]
    public void Locate_shim_of_system_looks_on_path_without_the_shims()
    {
        var system = _machine.Python("opt/python");
        _machine.Variables["PYENV_VERSION"] = "system";
        _machine.Variables["PATH"] = $"{_root}/shims/:{system}/bin";

        var found = _machine.Locate();

        Assert.Equal(system, found.Prefix);
        Assert.Equal("python3 on PATH, pyenv system", found.Reason);
    }

    [Fact]
    public void Locate_shim_without_a_version_names_what_set_it()
    {
        _machine.Variables["PYENV_VERSION"] = "3.9.1";

        var failure = _machine.Fails($"{_root}/shims/python");

        Assert.Contains("none of the versions in force has python: 3.9.1 (set by PYENV_VERSION)", failure.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Locate_real_shims_equals_what_pyenv_starts()
    {
        RealPython.Require("pyenv");
        var root = Path.GetDirectoryName(RealPython.PyenvVersions)!;
        Skip.IfNot(File.Exists($"{root}/shims/python3"), "part missing: pyenv");
        foreach (var version in (string?[])[null, "3.12.1", "3.8", "3", "2.7.18:3.12.1", "system", "3.10.13:system"])
        {
            foreach (var name in (string[])["python", "python3", "python3.12"])
            {
                _machine.Variables.Clear();
                _machine.Variables["PATH"] = $"{root}/shims:/usr/bin:/bin";
                _machine.Variables["HOME"] = _machine.Home;
                if (version is not null)
                {
                    _machine.Variables["PYENV_VERSION"] = version;
                }

                AssertSame($"{root}/shims/{name}", $"{version} {name}");
            }
        }
    }

    private void AssertSame(string shim, string what)
    {
        string? expected;
        try
        {
            expected = RealPython.Run(
                shim, ["-c", "import sys; print(sys.prefix)"], _machine.Variables, _machine.Current).Trim();
        }
        catch (Xunit.Sdk.XunitException)
        {
            _ = _machine.Fails(shim);
            return;
        }

        Assert.Equal($"{what} {expected}", $"{what} {_machine.Locate(shim).Prefix}");
    }

    private string Version(string command) =>
        Path.GetFileName(_machine.Locate($"{_root}/shims/{command}").Prefix);
}
