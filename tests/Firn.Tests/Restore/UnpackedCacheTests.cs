using Firn.Captures.Archives;
using Firn.Common.Files;
using Firn.Restore.Caching;
using static Firn.Tests.Restore.RestoreMachine;

namespace Firn.Tests.Restore;

public sealed class UnpackedCacheTests : IDisposable
{
    private readonly RestoreMachine _machine = new();

    [SkippableFact]
    public void Linked_files_are_the_caches_own_and_those_that_differ_are_not()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "inodes are read on Linux");
        _machine.Add(
            ArchivedPackageKind.Distribution,
            "tool",
            [Member("bin/run", "#!python\n1\n", isExecutable: true), Member("lib/a.py", "x = 1\n")],
            new ArchivedDistribution { Metadata = "tool-1.0.dist-info" });

        var result = _machine.Restore(links: true);

        Assert.Equal(2ul, LinksOf("lib/a.py"));
        Assert.Equal(1ul, LinksOf("bin/run"));
        Assert.Equal(1, result.Counts.Linked);
        Assert.Equal(1, result.Counts.Copied);
    }

    [Theory]
    [InlineData("content")]
    [InlineData("removed")]
    [InlineData("listing")]
    [InlineData("listing-cut")]
    public void A_damaged_entry_is_found_and_made_again(string damage)
    {
        var package = _machine.Add(ArchivedPackageKind.Rest, "files", [Member("lib/a.txt", "right"), Member("lib/b.txt", "b")]);
        _machine.Restore(links: true);
        Firn.Restore.Staging.TreeRemoval.TryRemove(_machine.Prefix);
        var folder = Path.Join(_machine.Cache, "bundles", package.Bundle.Hex);
        CachedBundleDamage.Do(folder, "lib/a.txt", damage);

        _machine.Restore(links: true);

        Assert.Equal("right", _machine.ReadRestored("lib/a.txt"));
        Assert.Equal("b", _machine.ReadRestored("lib/b.txt"));
        Assert.Equal("right", File.ReadAllText(Path.Join(folder, "files/lib/a.txt")));
    }

    [Fact]
    public void A_list_is_read_as_it_was_written_and_a_flipped_bit_refuses_it()
    {
        var writer = new ListingWriter();
        writer.Folder("lib/ünï");
        writer.File("a.py", isExecutable: true, 12, 315532800, 99);
        writer.Link("lib/l", "../x");
        writer.EmptyFolder("share/empty");
        var bytes = writer.Finish();

        var reader = ListingReader.TryOpen(bytes)!;
        Assert.Equal(ListingItem.Folder, reader.Next());
        Assert.Equal("lib/ünï", reader.Name);
        Assert.Equal(ListingItem.File, reader.Next());
        Assert.Equal(("a.py", true, 12L, 315532800L, 99ul), (reader.Name, reader.IsExecutable, reader.Size, reader.Time, reader.Inode));
        Assert.Equal(ListingItem.Link, reader.Next());
        Assert.Equal("../x", reader.Target);
        Assert.Equal(ListingItem.EmptyFolder, reader.Next());
        Assert.Equal(ListingItem.End, reader.Next());
        for (var i = 0; i < bytes.Length * 8; i++)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[i / 8] ^= (byte)(1 << (i % 8));
            Assert.Null(ListingReader.TryOpen(flipped));
        }
    }

    public void Dispose() => _machine.Dispose();

    private ulong LinksOf(string path) =>
        FileStatReader.TryRead(_machine.Restored(path), out var stat) ? stat.Links : 0;
}
