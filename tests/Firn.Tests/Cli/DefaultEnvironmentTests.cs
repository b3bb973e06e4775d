using Firn.Cli;

namespace Firn.Tests.Cli;

/// <summary>Which environment a command takes where none is named; the summary says why.</summary>
public sealed class DefaultEnvironmentTests : IDisposable
{
    private readonly CommandMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Virtual_env_comes_before_all_others()
    {
        _machine.Variables["VIRTUAL_ENV"] = _machine.Virtual("active");
        _machine.Variables["CONDA_PREFIX"] = _machine.Conda("home/miniconda3/envs/lab");
        _machine.Variables["CONDA_DEFAULT_ENV"] = "lab";
        _machine.Virtual("home/work/project/.venv");

        AssertTakes(_machine.At("active"), "VIRTUAL_ENV");
    }

    [Fact]
    public void Conda_prefix_comes_before_a_folder()
    {
        _machine.Variables["CONDA_PREFIX"] = _machine.Conda("home/miniconda3/envs/lab");
        _machine.Variables["CONDA_DEFAULT_ENV"] = "lab";
        _machine.Virtual("home/work/project/.venv");

        AssertTakes(_machine.At("home/miniconda3/envs/lab"), "CONDA_PREFIX");
    }

    [Fact]
    public void Conda_base_comes_after_a_folder()
    {
        _machine.Variables["CONDA_PREFIX"] = _machine.Conda("home/miniconda3");
        _machine.Variables["CONDA_DEFAULT_ENV"] = "base";
        AssertTakes(_machine.At("home/miniconda3"), "conda base");

        // Above the current folder.
        _machine.Virtual("home/work/.venv");

        AssertTakes(_machine.At("home/work/.venv"), $".venv in {_machine.At("home/work")}");
    }

    [Fact]
    public void Python_on_path_comes_last()
    {
        _machine.Variables["PATH"] = _machine.At("opt/python/bin");

        AssertTakes(_machine.At("opt/python"), "python3 on PATH");
    }

    [Fact]
    public void Conda_name_finds_the_environment()
    {
        _machine.Variables["CONDA_EXE"] = _machine.At("home/miniconda3/bin/conda");
        _machine.Conda("home/miniconda3");
        _machine.Conda("home/miniconda3/envs/lab");

        var run = _machine.Run("capture", "-n", "lab");

        Assert.Contains(
            $"{_machine.At("home/miniconda3/envs/lab")} (conda environment lab)", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void None_at_all_fails()
    {
        var run = _machine.Run("capture");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        run.AssertFailed("no Python environment found");
    }

    [Fact]
    public void Variable_that_names_no_environment_fails_and_is_named()
    {
        _machine.Variables["VIRTUAL_ENV"] = _machine.At("gone");
        _machine.Virtual("home/work/project/.venv");

        var run = _machine.Run("export", "-f", "pip");

        Assert.Equal(ExitCodes.Failed, run.ExitCode);
        run.AssertFailed("VIRTUAL_ENV is set");
    }

    private void AssertTakes(string prefix, string reason)
    {
        var run = _machine.Run("capture");

        Assert.Equal(ExitCodes.Done, run.ExitCode);
        Assert.Contains($"Environment     {prefix} ({reason})\n", run.Output, StringComparison.Ordinal);
    }
}
