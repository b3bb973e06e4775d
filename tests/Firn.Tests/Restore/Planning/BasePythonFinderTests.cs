using Firn.Restore.Planning;
using Firn.Tests.Python.Environments;

namespace Firn.Tests.Restore.Planning;

public sealed class BasePythonFinderTests : IDisposable
{
    private readonly LocatorFixture _machine = new();
    private readonly string _root;

    public BasePythonFinderTests()
    {
        _root = _machine.Pyenv("3.11.9", "3.12.1");
        _machine.Folder.File("home/.pyenv/version", "3.12.1\n");
        _machine.Variables["PATH"] = $"{_root}/shims";
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Find_takes_another_patch_release_though_the_shim_on_path_is_not_in_force()
    {
        var found = new BasePythonFinder(_machine.SystemContext).Find(RestoreMachine.Tree(), null);

        Assert.NotNull(found);
        Assert.Equal($"{_root}/versions/3.11.9/bin/python3.11", found.Executable);
        Assert.Equal("3.11.9", found.Version);
    }

    [Fact]
    public void Find_takes_the_newest_patch_release_whatever_the_order_of_their_folders()
    {
        _machine.Pyenv("3.11.2", "3.11.13", "3.11.10", "3.11.1", "3.11.4");

        Assert.Equal("3.11.13", new BasePythonFinder(_machine.SystemContext).Find(RestoreMachine.Tree(), null)?.Version);
    }

    [Fact]
    public void Find_takes_the_same_patch_release_before_others()
    {
        var same = _machine.Python("opt/python", version: "3.11.7");
        _machine.Variables["PATH"] = $"{_root}/shims:{same}/bin";

        Assert.Equal($"{same}/bin/python3.11", new BasePythonFinder(_machine.SystemContext).Find(RestoreMachine.Tree(), null)?.Executable);
    }
}
