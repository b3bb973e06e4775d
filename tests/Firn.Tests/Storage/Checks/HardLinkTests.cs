using System.Runtime.Versioning;
using Firn.Common.Native;
using Firn.Storage.Layout;

namespace Firn.Tests.Storage.Checks;

/// <summary>A file of a store that has another name outside: what is done to the store's leaves the other as it is.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class HardLinkTests
{
    private const UnixFileMode Writable = SampleStore.Readable | UnixFileMode.UserWrite;

    [SkippableTheory]
    [InlineData("object")]
    [InlineData("bundle")]
    [InlineData("record")]
    [InlineData("description")]
    public void Repair_sets_the_mode_of_the_stores_file_alone(string kind)
    {
        Skip.If(OperatingSystem.IsWindows());
        using var store = new SampleStore();
        var path = kind switch
        {
            "object" => store.PathOf(store.Document),
            "bundle" => store.ArchiveOf(store.Bundle),
            "record" => "analyses/GW150914/Prod0/000002.json",
            _ => StoreLayout.Description,
        };
        var outside = store.Folder["outside"];
        Assert.Equal(0, FileNames.Link(store[path], outside));
        store.SetMode(path, Writable);
        var before = File.ReadAllBytes(outside);

        var report = store.Repair();

        Assert.Contains("the file has other names", Assert.Single(report.Actions).Done, StringComparison.Ordinal);
        Assert.Equal(Writable, File.GetUnixFileMode(outside));
        Assert.Equal(before, File.ReadAllBytes(outside));
        Assert.Equal(before, File.ReadAllBytes(store[path]));
        Assert.Empty(store.Check().Findings);
    }

    [SkippableFact]
    public void Hint_with_another_name_is_not_written_to()
    {
        Skip.If(OperatingSystem.IsWindows());
        using var store = new SampleStore();
        var outside = store.Folder["outside"];
        Assert.Equal(0, FileNames.Link(store["analyses/GW150914/Prod0/.last"], outside));
        var before = File.ReadAllText(outside);

        store.Add("GW150914", "Prod0", ("x", [1]));

        Assert.Equal(before, File.ReadAllText(outside));
        Assert.False(store.Check().HasDamage);
    }
}
