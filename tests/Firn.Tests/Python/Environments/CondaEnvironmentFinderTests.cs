using Firn.Common;

namespace Firn.Tests.Python.Environments;

public sealed class CondaEnvironmentFinderTests : IDisposable
{
    private readonly LocatorFixture _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("home/miniconda3/envs/lab")]
    [InlineData("home/miniforge3/envs/lab")]
    [InlineData("home/.conda/envs/lab")]
    [InlineData("root/opt/conda/envs/lab")]
    public void Locate_name_is_found_in_the_usual_places(string place)
    {
        var prefix = _machine.Conda(place);

        var found = _machine.Locate(name: "lab");

        Assert.Equal(prefix, found.Prefix);
        Assert.Equal("conda environment lab", found.Reason);
    }

    [Theory]
    [InlineData("CONDA_ENVS_PATH", "/elsewhere:{0}/data")]
    [InlineData("CONDA_ENVS_DIRS", "{0}/data")]
    [InlineData("MAMBA_ROOT_PREFIX", "{0}/mamba")]
    [InlineData("CONDA_EXE", "{0}/mamba/bin/conda")]
    [InlineData("CONDA_PREFIX", "{0}/mamba/envs/other")]
    public void Locate_name_follows_the_variables(string variable, string value)
    {
        var data = _machine.Conda("data/lab");
        var mamba = _machine.Conda("mamba/envs/lab");
        _machine.Variables[variable] = string.Format(null, value, _machine.Folder.Path);

        Assert.Equal(variable.Contains("ENVS", StringComparison.Ordinal) ? data : mamba, _machine.Locate(name: "lab").Prefix);
    }

    [Fact]
    public void Locate_name_is_found_through_condarc()
    {
        var prefix = _machine.Conda("data/envs here/lab");
        _machine.Variables["DATA"] = _machine.Folder.At("data");
        _machine.Folder.File("home/.condarc", "channels:\n  - conda-forge\nenvs_dirs:\n  - /nowhere # old\n  - \"${DATA}/envs here\"\n");

        Assert.Equal(prefix, _machine.Locate(name: "lab").Prefix);
    }

    [Fact]
    public void Locate_name_is_found_in_the_list_of_environments()
    {
        var prefix = _machine.Conda("far/away/lab");
        _machine.Folder.File("home/.conda/environments.txt", $"/gone/lab\n{prefix}\n{prefix}/\n");
        Assert.Equal(prefix, _machine.Locate(name: "lab").Prefix);

        var second = _machine.Conda("near/lab");
        _machine.Folder.File("home/.conda/environments.txt", $"{prefix}\n{second}\n");
        Assert.Contains("several conda environments are named lab", _machine.Fails(name: "lab").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Locate_base_is_the_root()
    {
        var root = _machine.Conda("home/miniforge3");

        Assert.Equal(root, _machine.Locate(name: "base").Prefix);
    }

    [Fact]
    public void Locate_unknown_name_lists_where_it_looked()
    {
        _machine.Conda("home/miniforge3/envs/other");

        var failure = _machine.Fails(name: "lab");

        Assert.Contains("no conda environment named lab", failure.Message, StringComparison.Ordinal);
        Assert.Contains(_machine.Folder.At("home/miniforge3/envs/lab"), failure.Message, StringComparison.Ordinal);
        Assert.Contains("environments.txt", failure.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.InvalidRequest, _machine.Fails(name: "a/b").Kind);
    }
}
