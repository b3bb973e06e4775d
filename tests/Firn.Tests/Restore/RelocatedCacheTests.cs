using System.Text.Json;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Restore;
using Firn.Tests.Host.Binaries;
using static Firn.Tests.Restore.RestoreMachine;

namespace Firn.Tests.Restore;

public sealed class RelocatedCacheTests : IDisposable
{
    private const string Library = "lib/libown.so";
    private readonly RestoreMachine _machine = new();

    [SkippableFact]
    public void A_relocated_file_is_the_caches_own_and_the_note_is_true()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "inodes are read on Linux");
        var file = Add("/nowhere/original/lib");
        Restore(links: false);
        var copied = File.ReadAllBytes(_machine.Restored(Library));
        Assert.NotEqual(file, copied);

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var result = Restore(links: true);

            Assert.Equal(copied, File.ReadAllBytes(_machine.Restored(Library)));
            Assert.Equal(2ul, LinksOf(Library));
            Assert.Equal((1L, 0L), (result.Counts.Linked, result.Counts.Copied));
            Assert.Empty(result.Problems);
            Assert.Equal((Sha256Digest.Of(file).ToString(), Sha256Digest.Of(copied).ToString()), Noted(Library));
        }
    }

    [Theory]
    [InlineData("content")]
    [InlineData("removed")]
    [InlineData("listing")]
    [InlineData("all")] // what an older version leaves: a bundle without relocated files
    public void A_damaged_relocated_file_is_found_and_made_again(string damage)
    {
        Add("/nowhere/original/lib");
        Restore(links: true);
        var right = File.ReadAllBytes(_machine.Restored(Library));
        var folder = Moved();
        CachedBundleDamage.Do(folder, Library, damage);

        var result = Restore(links: true);

        Assert.Equal(right, File.ReadAllBytes(_machine.Restored(Library)));
        Assert.Equal(right, File.ReadAllBytes(Path.Join(folder, "files", Library)));
        Assert.Equal(Sha256Digest.Of(right).ToString(), Noted(Library).Digest);
        Assert.Equal(damage is "content" or "removed", result.Problems.Any(problem => problem.Code == "cache-damaged"));
    }

    [Fact]
    public void A_damaged_original_is_found_though_the_relocated_file_is_there()
    {
        var package = AddPackage("/nowhere/original/lib", out _);
        Restore(links: true);
        var original = Path.Join(_machine.Cache, "bundles", package.Bundle.Hex, "files", Library);
        File.SetAttributes(original, FileAttributes.Normal);
        File.WriteAllText(original, "wrong");

        var result = Restore(links: true);

        Assert.Contains(result.Problems, problem => problem.Code == "cache-damaged");
    }

    [Fact]
    public void One_bundle_from_two_prefixes_is_relocated_for_each()
    {
        var file = Add("/nowhere/original/lib:/nowhere/second/lib");
        Restore(links: true);
        var first = File.ReadAllBytes(_machine.Restored(Library));

        Restore(links: true, prefix: "/nowhere/second");

        var second = File.ReadAllBytes(_machine.Restored(Library));
        Assert.NotEqual(file, second);
        Assert.NotEqual(first, second);
        Restore(links: true);
        Assert.Equal(first, File.ReadAllBytes(_machine.Restored(Library)));
    }

    [Fact]
    public void A_run_path_that_has_no_room_is_reported_each_time_and_the_file_is_copied()
    {
        var file = Add("/n");

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var result = Restore(links: true, prefix: "/n");

            Assert.Contains(result.Problems, problem => problem.Code == "run-path-kept");
            Assert.Equal(file, File.ReadAllBytes(_machine.Restored(Library)));
            Assert.Equal(1, result.Counts.Copied);
        }
    }

    [Fact]
    public void Where_packages_disagree_the_winners_file_is_relocated_and_the_cache_is_not_touched()
    {
        Add("/nowhere/original/lib");
        var other = new ElfBuilder { RunPath = "/nowhere/original/other", Soname = "other.so" }.Build();
        _machine.Add(ArchivedPackageKind.Rest, "rest", [Member(other)]);
        Restore(links: false);
        var right = File.ReadAllBytes(_machine.Restored(Library));

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var result = Restore(links: true);

            Assert.Equal(right, File.ReadAllBytes(_machine.Restored(Library)));
            Assert.Equal(Sha256Digest.Of(right).ToString(), Noted(Library).Digest);
            Assert.DoesNotContain(result.Problems, problem => problem.Code == "cache-damaged");
        }
    }

    public void Dispose() => _machine.Dispose();

    private byte[] Add(string runPath)
    {
        AddPackage(runPath, out var file);
        return file;
    }

    private ArchivedPackage AddPackage(string runPath, out byte[] file)
    {
        file = new ElfBuilder { RunPath = runPath, Soname = "libown.so", Needed = ["libc.so.6"] }.Build();
        return _machine.Add(ArchivedPackageKind.Interpreter, "python", [Member(file)]);
    }

    private static BundleMember Member(byte[] content) =>
        new() { Path = Library, IsExecutable = true, Content = BundleContent.OfBytes(content) };

    private RestoreResult Restore(bool links, string prefix = "/nowhere/original")
    {
        Firn.Restore.Writing.TreeRemoval.TryRemove(_machine.Prefix);
        var tree = Tree() with { Prefix = prefix, RunPathFiles = [Library] };
        return _machine.Restore(_machine.Document(tree), links);
    }

    private string Moved() =>
        Assert.Single(Directory.GetDirectories(Path.Join(_machine.Cache, "bundles"), "*-moved-*"));

    private (string Published, string Digest) Noted(string path)
    {
        using var note = JsonDocument.Parse(_machine.ReadRestored(".firn/restore.json"));
        var file = note.RootElement.GetProperty("relocated").GetProperty(path);
        return (file.GetProperty("published").GetString()!, file.GetProperty("sha256").GetString()!);
    }

    private ulong LinksOf(string path) =>
        FileStatReader.TryRead(_machine.Restored(path), out var stat) ? stat.Links : 0;
}
