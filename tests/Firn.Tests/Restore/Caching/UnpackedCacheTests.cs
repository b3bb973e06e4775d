using System.Runtime.Versioning;
using Firn.Archives.Documents;
using Firn.Common.Files;
using Firn.Restore.Caching;
using static Firn.Tests.Restore.RestoreMachine;

namespace Firn.Tests.Restore.Caching;

[SupportedOSPlatform("linux")]
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
        Firn.Restore.Writing.TreeRemoval.TryRemove(_machine.Prefix);
        var folder = Path.Join(_machine.Cache, "bundles", package.Bundle.Hex);
        CachedBundleDamage.Do(folder, "lib/a.txt", damage);

        _machine.Restore(links: true);

        Assert.Equal("right", _machine.ReadRestored("lib/a.txt"));
        Assert.Equal("b", _machine.ReadRestored("lib/b.txt"));
        Assert.Equal("right", File.ReadAllText(Path.Join(folder, "files/lib/a.txt")));
    }

    [SkippableTheory]
    [InlineData("lib/a.txt", false)]
    [InlineData("lib/mod.py", false)]
    [InlineData("bin/run", false)]
    [InlineData("lib/__pycache__/mod.cpython-311.pyc", true)]
    public void A_file_that_was_edited_with_its_time_kept_does_not_come_into_the_next_prefix(string path, bool isBytecode)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "inodes are read on Linux");
        var bundle = AddTool().Bundle.Hex;
        var before = _machine.Restore(links: true);
        Assert.Empty(before.Problems);
        var folder = Directory.GetDirectories(Path.Join(_machine.Cache, "bundles"), bundle + (isBytecode ? "-cpython-311-*" : string.Empty)).Single();
        var right = File.ReadAllBytes(_machine.Restored(path));
        Remove();

        EditInPlace(Path.Join(folder, "files", path));
        var result = _machine.Restore(links: true);

        Assert.Equal(right, File.ReadAllBytes(_machine.Restored(path)));
        Assert.Equal("cache-damaged", Assert.Single(result.Problems).Code);
    }

    [SkippableFact]
    public void A_file_that_was_edited_through_a_linked_prefix_does_not_come_into_the_next_one()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "inodes are read on Linux");
        AddTool();
        _machine.Restore(links: true);
        var right = File.ReadAllBytes(_machine.Restored("lib/a.txt"));
        EditInPlace(_machine.Restored("lib/a.txt"));
        Remove();

        _machine.Restore(links: true);

        Assert.Equal(right, File.ReadAllBytes(_machine.Restored("lib/a.txt")));
    }

    [SkippableTheory]
    [InlineData("removed")]
    [InlineData("writable")]
    [InlineData("no times")]
    [InlineData("half of the times")]
    [InlineData("times of another list")]
    [InlineData("another mode")]
    public void Right_bytes_are_found_right_whatever_was_done_to_links_modes_and_notes(string what)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "inodes are read on Linux");
        var package = AddTool();
        _machine.Restore(links: true);
        var inode = InodeOf(_machine.Restored("lib/a.txt"));
        FileStatReader.TryRead(_machine.Restored("lib/a.txt"), out var stat);
        var mode = stat.Mode;
        var times = Path.Join(_machine.Cache, "bundles", package.Bundle.Hex, CachedTimes.FileName);
        switch (what)
        {
            case "writable":
                File.SetUnixFileMode(_machine.Restored("lib/a.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
                break;
            case "another mode":
                File.SetUnixFileMode(_machine.Restored("lib/a.txt"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
                break;
            case "no times":
                File.Delete(times);
                break;
            case "half of the times":
                File.WriteAllBytes(times, File.ReadAllBytes(times)[..^40]);
                break;
            case "times of another list":
                CachedTimes.Of(Firn.Common.Sha256Digest.Of([1])).Save(Path.GetDirectoryName(times)!);
                File.Copy(times, times + ".old");
                var other = CachedTimes.Of(Firn.Common.Sha256Digest.Of([1]));
                other.Set(0, default);
                other.Save(Path.GetDirectoryName(times)!);
                break;
        }

        Remove();
        var result = _machine.Restore(links: true);

        Assert.Empty(result.Problems);
        Assert.Equal(inode, InodeOf(_machine.Restored("lib/a.txt")));
        FileStatReader.TryRead(_machine.Restored("lib/a.txt"), out stat);
        Assert.Equal(mode, stat.Mode);
    }

    [SkippableFact]
    public void Bytes_that_changed_without_a_trace_are_found_when_they_are_read()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "inodes are read on Linux");
        var package = AddTool();
        _machine.Restore(links: true);
        var folder = Path.Join(_machine.Cache, "bundles", package.Bundle.Hex);
        var right = File.ReadAllBytes(_machine.Restored("lib/a.txt"));
        Remove();
        // As a disk does it: the file system knows nothing of it, and so neither do the times that were kept.
        EditInPlace(Path.Join(folder, "files", "lib/a.txt"));
        KeepTimesOf(folder);

        _machine.Restore(links: true);
        Assert.NotEqual(right, File.ReadAllBytes(_machine.Restored("lib/a.txt")));
        Remove();
        KeepTimesOf(folder);
        var result = _machine.Restore(links: true, readsCache: true);

        Assert.Equal(right, File.ReadAllBytes(_machine.Restored("lib/a.txt")));
        Assert.Contains(result.Problems, problem => problem.Code == "cache-damaged");
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
        Assert.Equal(ListingItemKind.Folder, reader.Next());
        Assert.Equal("lib/ünï", reader.Name);
        Assert.Equal(ListingItemKind.File, reader.Next());
        Assert.Equal(("a.py", true, 12L, 315532800L, 99ul), (reader.Name, reader.IsExecutable, reader.Size, reader.Time, reader.Inode));
        Assert.Equal(ListingItemKind.Link, reader.Next());
        Assert.Equal("../x", reader.Target);
        Assert.Equal(ListingItemKind.EmptyFolder, reader.Next());
        Assert.Equal(ListingItemKind.End, reader.Next());
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

    private static ulong InodeOf(string path) => FileStatReader.TryRead(path, out var stat) ? stat.Inode : 0;

    /// <summary>Other bytes of the same length, with time and mode as they were.</summary>
    private static void EditInPlace(string path)
    {
        var time = File.GetLastWriteTimeUtc(path);
        var mode = File.GetUnixFileMode(path);
        File.SetUnixFileMode(path, mode | UnixFileMode.UserWrite);
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write))
        {
            file.Write(bytes);
        }

        File.SetUnixFileMode(path, mode);
        File.SetLastWriteTimeUtc(path, time);
    }

    /// <summary>Writes down the times that the files of a bundle have now.</summary>
    private static void KeepTimesOf(string folder)
    {
        var listing = ListingReader.TryOpen(File.ReadAllBytes(Path.Join(folder, UnpackedCache.Listing)))!;
        var times = CachedTimes.Of(listing.Digest);
        var place = string.Empty;
        var index = 0;
        for (var item = listing.Next(); item != ListingItemKind.End; item = listing.Next())
        {
            if (item == ListingItemKind.Folder)
            {
                place = listing.Name;
            }
            else if (item is ListingItemKind.File or ListingItemKind.Treated)
            {
                Assert.True(FileStatReader.TryRead(Path.Join(folder, UnpackedCache.Files, place, listing.Name), out var stat));
                times.Set(index++, stat);
                if (item == ListingItemKind.Treated)
                {
                    listing.TreatedEntry(string.Empty);
                }
            }
        }

        times.Save(folder);
    }

    private void Remove() => Firn.Restore.Writing.TreeRemoval.TryRemove(_machine.Prefix);

    private ArchivedPackage AddTool()
    {
        var package = _machine.Add(
            ArchivedPackageKind.Distribution,
            "tool",
            [
                Member("bin/run", "#!python\n1\n", isExecutable: true), Member("lib/a.txt", "right"),
                Member("lib/mod.py", "x = 1\n"),
            ],
            new ArchivedDistribution { Metadata = "tool-1.0.dist-info" });
        // A header without flags: magic, flags, time, size.
        _machine.AddBytecode(package, [Member("lib/__pycache__/mod.cpython-311.pyc", "\u0001\u0002\r\n\0\0\0\0\0\0\0\0\u0006\0\0\0code")]);
        return package;
    }
}
