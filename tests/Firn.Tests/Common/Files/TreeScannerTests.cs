using Firn.Common;
using Firn.Common.Files;
using Firn.Tests.Host.Binaries;

namespace Firn.Tests.Common.Files;

public sealed class TreeScannerTests
{
    [SkippableFact]
    public void A_tree_is_listed_as_find_lists_it()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        using var folder = new TemporaryFolder();
        folder.Write("lib/a/b/c.py", "x");
        folder.Write("lib/über/文.txt", "hello");
        folder.Write("top", string.Empty);
        Directory.CreateDirectory(folder["empty"]);
        File.CreateSymbolicLink(folder["lib/link"], "../top");
        Directory.CreateSymbolicLink(folder["lib/loop"], "..");
        for (var i = 0; i < 3000; i++)
        {
            folder.Write($"many/{i % 7}/file-with-a-name-that-fills-the-buffer-{i}");
        }

        RealTool.Run("mkfifo", folder["pipe"]);
        RealTool.Run("chmod", "0500", folder["top"]);

        var tree = TreeScanner.Scan(folder.Path, enters: null, CancellationToken.None);

        var expected = RealTool.Run(
            "find", folder.Path, "-mindepth", "1", "(", "-type", "d", "-printf", "%P d\\n", "-o", "-printf", "%P %y %s %m %i %T@\\n", ")")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
        Assert.Equal(expected, tree.Entries.Select(Line).Order(StringComparer.Ordinal));
        Assert.Empty(tree.Problems);
        Assert.Equal("../top", tree.ReadLink(tree.Entries.Single(entry => entry.Path == "lib/link")));
    }

    [Fact]
    public void A_folder_that_is_not_wanted_is_listed_and_not_entered()
    {
        using var folder = new TemporaryFolder();
        folder.Write("keep/a");
        folder.Write(".git/config");
        folder.Write("keep/.git/config");

        var tree = TreeScanner.Scan(folder.Path, path => !path.EndsWith(".git", StringComparison.Ordinal), CancellationToken.None);

        Assert.Equal([".git", "keep", "keep/.git", "keep/a"], tree.Entries.Select(entry => entry.Path).Order(StringComparer.Ordinal));
        Assert.Equal("a", tree.Entries.Single(entry => entry.Path == "keep/a").Name.ToString());
    }

    [SkippableFact]
    public void A_name_that_is_no_UTF8_is_reported_and_left_out()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        using var folder = new TemporaryFolder();
        folder.Write("good");
        RealTool.Run("sh", "-c", $"touch \"$(printf '{folder.Path}/b\\377d')\"");

        var tree = TreeScanner.Scan(folder.Path, enters: null, CancellationToken.None);

        Assert.Equal(["good"], tree.Entries.Select(entry => entry.Path));
        Assert.Equal([new ScanProblem("b\uFFFDd", ScanProblemKind.NameIsNoText)], tree.Problems);
        RealTool.Run("sh", "-c", $"rm -f {folder.Path}/b*");
    }

    [Fact]
    public void A_missing_root_is_a_clear_failure()
    {
        var failure = Assert.Throws<FirnException>(() => TreeScanner.Scan("/no/such/folder", null, CancellationToken.None));

        Assert.Contains("/no/such/folder", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_in_a_callback_comes_to_the_caller()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a/b");

        Assert.Throws<InvalidDataException>(() =>
            TreeScanner.Scan(folder.Path, _ => throw new InvalidDataException(), CancellationToken.None));
    }

    [Fact]
    public void Folders_have_digests_that_change_with_what_is_in_them()
    {
        using var folder = new TemporaryFolder();
        folder.Write("same/a", "1");
        folder.Write("longer/a", "1");
        folder.Write("more/a", "1");
        folder.Write("fewer/a", "1");
        folder.Write("fewer/b", "1");
        folder.Write("renamed/a", "1");
        folder.Write("touched/a", "1");
        folder.Write("nested/same/a", "1");
        for (var i = 0; i < 2000; i++)
        {
            folder.Write($"many/a-name-of-a-file-that-takes-some-bytes-{i}");
        }

        var before = Digests(folder.Path);
        Assert.Equal(before, Digests(folder.Path));
        folder.Write("longer/a", "12");
        folder.Write("more/b", "1");
        File.Delete(folder["fewer/b"]);
        File.Move(folder["renamed/a"], folder["renamed/b"]);
        File.SetLastWriteTimeUtc(folder["touched/a"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Directory.CreateDirectory(folder["nested/new"]);
        folder.Write("many/one-more");
        var after = Digests(folder.Path);

        Assert.Equal(
            ["fewer", "longer", "many", "more", "nested", "renamed", "touched"],
            before.Keys.Where(path => before[path] != after[path]).Order(StringComparer.Ordinal));
        Assert.Equal(["nested/new"], after.Keys.Except(before.Keys));
    }

    private static Dictionary<string, Sha256Digest> Digests(string root) =>
        TreeScanner.Scan(root, enters: null, CancellationToken.None).Folders
            .ToDictionary(folder => folder.Path, folder => folder.Content, StringComparer.Ordinal);

    private static string Line(ScannedEntry entry)
    {
        var stat = entry.Stat;
        var kind = (stat.Mode & FileStat.KindMask) switch
        {
            FileStat.RegularFile => 'f',
            FileStat.Link => 'l',
            0x1000 => 'p',
            _ => '?',
        };
        return stat.IsDirectory ? $"{entry.Path} d" : $"{entry.Path} {kind} {stat.Size} {Convert.ToString(stat.Mode & 0xFFF, 8)} {stat.Inode} {stat.ModifiedSeconds}.{stat.ModifiedNanoseconds:D9}0";
    }
}
