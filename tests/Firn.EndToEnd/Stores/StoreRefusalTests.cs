using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Stores;

/// <summary>A full disk, a read-only store, another user's store: a clear error, and all that was there stays.</summary>
public sealed class StoreRefusalTests(PublishedFirn firn) : IDisposable, IClassFixture<PublishedFirn>
{
    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    public void A_full_disk_is_said_and_takes_nothing_away()
    {
        using var disk = new SmallDisk("1m");
        var store = disk.Root + "/store";
        firn.Run("results", "add", "S/N", Source("first", 1000), "--store", store).MustReturn(0);

        var result = firn.Run("results", "add", "S/N", Source("large", 3_000_000), "--store", store);

        CleanFailure.Check(result, 1);
        Assert.Contains("no space left on the device", result.StandardError);
        Assert.Contains("firn store gc", result.StandardError);
        Assert.Empty(Directory.GetFiles(store + "/tmp"));
        Assert.Single(StoreChain.Check(store, "S", "N"));
    }

    [SkippableFact]
    public void A_disk_that_fills_up_at_any_step_keeps_the_chain_whole()
    {
        using var disk = new SmallDisk("600k");
        var store = disk.Root + "/store";
        var added = 0;
        ProcessResult result;
        do
        {
            result = firn.Run("results", "add", "S/N", Source($"r{added}", 3000), "--store", store);
            added += result.ExitCode == 0 ? 1 : 0;
        }
        while (result.ExitCode == 0);

        CleanFailure.Check(result, 1);
        Assert.InRange(added, 5, 500);
        Assert.Equal(added, StoreChain.Check(store, "S", "N").Count);
        firn.Run("results", "fetch", "S/N", "r0", "--store", store, "-o", _folder.PathOf("copy")).MustReturn(0);
    }

    [SkippableFact]
    public void A_read_only_store_is_read_and_not_written()
    {
        using var disk = new SmallDisk("2m");
        var store = disk.Root + "/store";
        firn.Run("results", "add", "S/N", Source("r", 10), "--store", store).MustReturn(0);
        disk.MakeReadOnly();

        CleanFailure.Check(firn.Run("results", "add", "S/N", Source("r", 10), "--store", store), 1);
        var result = firn.Run("results", "add", "S/N", Source("other", 10), "--store", store);
        CleanFailure.Check(result, 1);
        Assert.Contains("the file system is read-only", result.StandardError);
        CleanFailure.Check(firn.Run("results", "forget", "S/N@1", "--store", store), 1);
        firn.Run("results", "list", "S/N", "--store", store, "--json").MustReturn(0);
        firn.Run("results", "fetch", "S/N", "r", "--store", store, "-o", _folder.PathOf("copy")).MustReturn(0);
    }

    [SkippableFact]
    public void Another_users_store_is_read_and_not_written()
    {
        using var nobody = new OtherUser(firn);
        var store = nobody.PathOf("store");
        firn.Run("results", "add", "S/N", Source("r", 10), "--store", store).MustReturn(0);
        var mine = nobody.Write("mine", "1");

        nobody.Run("results", "fetch", "S/N", "r", "--store", store, "-o", nobody.PathOf("own/copy")).MustReturn(0);
        var result = nobody.Run("results", "add", "S/N", mine, "--store", store);

        CleanFailure.Check(result, 1);
        Assert.Contains("permission denied", result.StandardError);
        Assert.Contains("belongs to the user 0", result.StandardError);
        Assert.Single(StoreChain.Check(store, "S", "N"));
        new ProcessRunner().Run(Part.Program("chmod"), "700", store).MustReturn(0);
        var refused = nobody.Run("results", "list", "--store", store);
        CleanFailure.Check(refused, 1);
        Assert.Contains("permission denied", refused.StandardError);
    }

    [SkippableFact]
    public void A_store_that_all_may_write_takes_what_another_user_has_already()
    {
        using var nobody = new OtherUser(firn);
        var store = nobody.PathOf("store");
        var file = nobody.Write("r", "shared");
        new ProcessRunner().Run("/bin/sh", "-c", "umask 0; exec \"$@\"", "sh", firn.Executable, "results", "add", "S/N", file, "--store", store).MustReturn(0);

        // The object's time is not this user's to set: a lease stands for it, and goes with the record.
        nobody.Run("results", "add", "S/N", file, "--store", store).MustReturn(0);
        nobody.Run("results", "add", "T/N", nobody.Write("new", "new"), "--store", store).MustReturn(0);

        Assert.Equal(2, StoreChain.Check(store, "S", "N").Count);
        Assert.Single(StoreChain.Check(store, "T", "N"));
        Assert.Empty(Directory.GetFiles(store + "/tmp"));
    }

    public void Dispose() => _folder.Dispose();

    private string Source(string name, int size)
    {
        var content = new byte[size];
        new Random(name.GetHashCode(StringComparison.Ordinal)).NextBytes(content);
        File.WriteAllBytes(_folder.PathOf(name), content);
        return _folder.PathOf(name);
    }
}
