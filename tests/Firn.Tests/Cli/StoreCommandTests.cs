using Firn.Cli;
using Firn.Storage;
using Firn.Tests.Storage.Records;

namespace Firn.Tests.Cli;

public sealed class StoreCommandTests : IDisposable
{
    private readonly StoreMachine _machine = new();

    [Fact]
    public void Init_makes_a_store_with_a_name_once()
    {
        Assert.StartsWith($"Made a store at {_machine.At("lab")}: 'ours', ", _machine.Done("store", "init", "lab", "--name", "ours").Output, StringComparison.Ordinal);
        Assert.StartsWith("There is a store already", _machine.Done("store", "init", "--store", "lab").Output, StringComparison.Ordinal);
        _machine.Run("store", "init", "lab", "--name", "other").AssertFailed("is named 'ours'");
        _machine.Write("home/file", "x");
        Assert.Equal(ExitCodes.NoStore, _machine.Run("store", "init", "home").ExitCode);
    }

    [Fact]
    public void Forget_takes_an_environments_archives_out()
    {
        var store = Store.OpenOrCreate(_machine.Store, TimeProvider.System);
        var archives = store.Archives(SampleRecords.Archived.EnvironmentId);
        archives.Append(SampleRecords.Archived, CancellationToken.None);
        archives.Append(SampleRecords.Archived, CancellationToken.None);
        var id = SampleRecords.Archived.EnvironmentId;

        Assert.StartsWith($"Forgot {id}@1, of /home/x/.venv\n", _machine.Done("store", "forget", id + "@1").Output, StringComparison.Ordinal);
        Assert.Equal([2], archives.NewestFirst().Select(record => record.Number));
        _machine.Run("store", "forget", id + "@1").AssertFailed("has no archive 1");
        _machine.Done("store", "forget", id[13..24]);
        Assert.Empty(archives.NewestFirst());
        _machine.Run("store", "forget", id).AssertFailed("forgotten already");
        _machine.Run("store", "forget", "00000000").AssertFailed("has no archive of");
        _machine.Run("store", "forget", id + "@x").AssertUsage("is not an archive number");
        Assert.Equal(4, store.Environment(id).FindLast());
    }

    public void Dispose() => _machine.Dispose();
}
