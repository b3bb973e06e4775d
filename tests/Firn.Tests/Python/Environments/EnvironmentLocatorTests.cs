using Firn.Common;
using Firn.Python;
using Firn.Python.Environments;

namespace Firn.Tests.Python.Environments;

public sealed class EnvironmentLocatorTests : IDisposable
{
    private readonly LocatorFixture _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Locate_prefix_and_executable_find_the_same()
    {
        var prefix = _machine.Python("opt/python");

        var byPrefix = _machine.Locate(prefix + "/");
        var byFile = _machine.Locate(prefix + "/bin/python3.11");

        Assert.Equal(prefix, byPrefix.Prefix);
        Assert.Equal(prefix + "/bin/python", byPrefix.Executable);
        Assert.Equal("given", byPrefix.Reason);
        Assert.Equal(prefix, byFile.Prefix);
        Assert.Equal(prefix + "/bin/python3.11", byFile.Executable);
    }

    [Fact]
    public void Locate_relative_path_is_relative_to_the_current_folder()
    {
        var prefix = _machine.Virtual("home/work/project/env", _machine.Python("opt/python"));

        Assert.Equal(prefix, _machine.Locate("env").Prefix);
        Assert.Equal(prefix, _machine.Locate("./env/bin/python").Prefix);
        Assert.Equal(prefix, _machine.Locate("~/work/project/env").Prefix);
    }

    [Fact]
    public void Locate_bare_command_is_looked_up_on_path_unless_it_exists_here()
    {
        var one = _machine.Python("one");
        var two = _machine.Python("two");
        _machine.Folder.File("empty/python3", "not executable");
        _machine.Variables["PATH"] = $"{_machine.Folder.At("empty")}:/nowhere:{two}/bin:{one}/bin";

        var found = _machine.Locate("python3");

        Assert.Equal(two, found.Prefix);
        Assert.Equal("python3 on PATH", found.Reason);
        _machine.Virtual("home/work/project/python3", one);
        Assert.Equal(_machine.Folder.At("home/work/project/python3"), _machine.Locate("python3").Prefix);
    }

    [Fact]
    public void Locate_chain_of_links_keeps_the_virtual_environment()
    {
        var python = _machine.Python("opt/python");
        var prefix = _machine.Virtual("venv", python);
        _machine.Folder.Link("other/bin/python", prefix + "/bin/python");

        Assert.Equal(prefix, _machine.Locate(prefix + "/bin/python3").Prefix);
        // As CPython does: beside a link to it there is no pyvenv.cfg.
        Assert.Equal(python, _machine.Locate(_machine.Folder.At("other/bin/python")).Prefix);
    }

    [Fact]
    public void Locate_virtual_env_comes_first()
    {
        var python = _machine.Python("opt/python");
        _machine.Variables["VIRTUAL_ENV"] = _machine.Virtual("active", python);
        _machine.Variables["CONDA_PREFIX"] = _machine.Conda("home/miniconda3/envs/lab");
        _machine.Variables["CONDA_DEFAULT_ENV"] = "lab";
        _machine.Virtual("home/work/.venv", python);

        Assert.Equal("VIRTUAL_ENV", _machine.Locate().Reason);
        _machine.Variables["VIRTUAL_ENV"] = "";
        Assert.Equal("CONDA_PREFIX", _machine.Locate().Reason);
    }

    [Theory]
    [InlineData("base", "base")]
    [InlineData("lab", "child")]
    [InlineData("other", "base")]
    [InlineData(null, "child")]
    public void Locate_conda_prefix_is_base_by_the_rule_of_uv(string? defaultEnvironment, string expected)
    {
        _machine.Variables["CONDA_PREFIX"] = _machine.Conda("home/miniconda3/envs/lab");
        if (defaultEnvironment is not null)
        {
            _machine.Variables["CONDA_DEFAULT_ENV"] = defaultEnvironment;
        }

        _machine.Virtual("home/work/.venv", _machine.Python("opt/python"));

        var found = _machine.Locate();

        Assert.Equal(
            expected == "base" ? $".venv in {_machine.Folder.At("home/work")}" : "CONDA_PREFIX", found.Reason);
    }

    [Fact]
    public void Locate_conda_base_comes_after_the_project_and_before_path()
    {
        var root = _machine.Conda("home/miniconda3");
        _machine.Folder.Folder("home/miniconda3/condabin");
        _machine.Variables["CONDA_PREFIX"] = root;
        _machine.Variables["CONDA_DEFAULT_ENV"] = "base";
        _machine.Variables["PATH"] = _machine.Python("opt/python") + "/bin";

        var found = _machine.Locate();

        Assert.Equal(root, found.Prefix);
        Assert.Equal("conda base", found.Reason);
    }

    [Fact]
    public void Locate_python3_on_path_comes_before_python()
    {
        var python = _machine.Python("opt/python");
        _machine.Folder.Link("bin/python", python + "/bin/python");
        _machine.Variables["PATH"] = $"{_machine.Folder.At("bin")}:{python}/bin";

        Assert.Equal("python3 on PATH", _machine.Locate().Reason);
        _machine.Variables["PATH"] = _machine.Folder.At("bin");
        Assert.Equal("python on PATH", _machine.Locate().Reason);
    }

    [Theory]
    [InlineData("VIRTUAL_ENV")]
    [InlineData("CONDA_PREFIX")]
    public void Locate_variable_that_leads_nowhere_is_named(string variable)
    {
        _machine.Variables[variable] = _machine.Folder.At("gone");
        _machine.Variables["PATH"] = _machine.Python("opt/python") + "/bin";

        var failure = _machine.Fails();

        Assert.StartsWith($"{variable} is set, but there is no Python environment at ", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"unset {variable}", failure.Hint.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Locate_nothing_anywhere_says_where_it_looked()
    {
        Assert.Contains("no python3 on PATH", _machine.Fails().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Locate_argument_and_name_together_is_wrong_usage()
    {
        Assert.Equal(FailureKind.InvalidRequest, _machine.Fails("x", "y").Kind);
    }

    [Fact]
    public void Locate_what_is_no_environment_says_why()
    {
        _machine.Folder.Folder("empty");
        _machine.Folder.Folder("project/.venv");
        _machine.Folder.File("project/.venv/pyvenv.cfg");
        _machine.Folder.Link("broken/bin/python", "/nowhere/python3");
        _machine.Folder.File("script/python", "#!/bin/sh\n");
        _machine.Folder.File("text/python", "text");
        _machine.Folder.Program("ls/ls");
        _machine.Folder.Link("dangling/python", "/nowhere");
        _machine.Folder.Link("loop/python", "python");
        _machine.Folder.Program("lonely/python");

        AssertFails("empty", "neither an interpreter nor a standard library");
        AssertFails("project", "neither", $"did you mean {_machine.Folder.At("project/.venv")}?");
        AssertFails("broken", "bin/python is a link to /nowhere/python3, which leads nowhere");
        AssertFails("script/python", "it is a script");
        AssertFails("text/python", "it is not a program");
        AssertFails("ls/ls", "its name is not that of one");
        AssertFails("dangling/python", "leads nowhere");
        AssertFails("loop/python", "leads nowhere");
        AssertFails("missing/python", "no such file or folder");
        AssertFails("lonely/python", "no standard library belongs to");
        AssertFails("\0", "empty");
        Assert.Contains("say -n lab", _machine.Fails("lab").Hint.Render(static _ => "-n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("r/conda-meta/history")]
    [InlineData("r/conda-meta/pixi")]
    public void A_conda_environment_is_one_without_a_Python_too(string marker)
    {
        _machine.Folder.File(marker);
        var problems = new List<Problem>();

        var located = EnvironmentLocator.Locate(_machine.Folder.At("r"), null, _machine.SystemContext);
        var environment = EnvironmentReader.Read(located, _machine.SystemContext, problems);

        Assert.Empty(problems);
        Assert.Null(located.Executable);
        Assert.False(environment.HasPython);
        Assert.Equal((string.Empty, "none", 0), (environment.PythonVersion, environment.Implementation, environment.SearchPath.Length));
        Assert.Equal(marker.EndsWith("pixi", StringComparison.Ordinal) ? EnvironmentLayerKind.Pixi : EnvironmentLayerKind.Conda, environment.Layers[0].Kind);
        Assert.False(Directory.Exists(environment.SitePackages));
    }

    [Fact]
    public void Locate_fifo_does_not_wait()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var path = _machine.Folder.At("python");
        RealPython.Run("/usr/bin/mkfifo", [path], _machine.Variables, _machine.Current);

        Assert.Contains("it is not a program", _machine.Fails(path).Message, StringComparison.Ordinal);
    }

    private void AssertFails(string argument, string message, string? hint = null)
    {
        var failure = _machine.Fails(argument.Contains('\0', StringComparison.Ordinal) ? argument : _machine.Folder.At(argument));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Contains(hint ?? string.Empty, failure.Hint.ToString(), StringComparison.Ordinal);
    }
}
