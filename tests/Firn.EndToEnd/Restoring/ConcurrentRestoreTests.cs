using System.Runtime.Versioning;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Restoring;

/// <summary>Several restores of one archive at once: to one place, and to several that share the cache of unpacked bundles.</summary>
[SupportedOSPlatform("linux")]
public sealed class ConcurrentRestoreTests(PublishedFirn firn) : IClassFixture<PublishedFirn>, IDisposable
{
    private const int Many = 5;
    private readonly CreateFolder _folder = new(firn);

    [SkippableTheory]
    [InlineData("")]
    [InlineData("--link")]
    [InlineData("--compile")]
    public async Task One_place_is_whole_and_the_others_are_told(string option)
    {
        Archive();
        var target = _folder.PathOf("target");

        var results = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => Task.Run(() => Restore(target, option))));

        Assert.Single(results, result => result.ExitCode == 0);
        Assert.All(results.Where(result => result.ExitCode != 0), result => CleanOf(result));
        CreateFolder.MustHaveNoLeftovers(target);
        Verify(target);

        static void CleanOf(ProcessResult result)
        {
            result.MustReturn(1);
            CleanFailure.MustBeClean(result);
            Assert.Contains("hint: ", result.StandardError, StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData("empty")]
    [InlineData("filled")]
    [InlineData("damaged")]
    [InlineData("half")]
    public async Task Several_places_share_one_cache(string state)
    {
        Archive();
        if (state != "empty")
        {
            Restore(_folder.PathOf("first"), "--link").MustReturn(0);
            var unpacked = Directory.GetFiles(_folder.PathOf("cache"), "alpha.py", SearchOption.AllDirectories).Single();
            if (state == "damaged")
            {
                File.SetUnixFileMode(unpacked, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                File.WriteAllText(unpacked, "loot = 1\n");
            }
            else if (state == "half")
            {
                File.Delete(unpacked);
            }
        }

        var targets = Enumerable.Range(0, Many).Select(i => _folder.PathOf($"target-{i}")).ToList();
        var results = await Task.WhenAll(targets.Select(target => Task.Run(() => Restore(target, "--link"))));

        Assert.All(results, result => result.MustReturn(0));
        Assert.All(targets, Verify);
        Assert.All(targets, target => Assert.Equal(
            "alpha 1.0 speaks\n", new ProcessRunner().Run(Path.Join(target, "bin", "alpha-say")).StandardOutput));
        // What they leave in the cache is right, and stays so.
        Assert.DoesNotContain("warning", Restore(_folder.PathOf("last"), "--link").MustReturn(0).StandardError, StringComparison.Ordinal);
        Verify(_folder.PathOf("last"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.PathOf("cache"), "*.tmp", SearchOption.AllDirectories));
    }

    public void Dispose() => _folder.Dispose();

    private void Archive()
    {
        foreach (var name in (string[])["alpha", "beta", "gamma", "delta"])
        {
            _folder.Add(CreateFolder.Speaking(name, "1.0") with
            {
                Files = Enumerable.Range(0, 200).ToDictionary(i => $"{name}_data/{i}.py", i => $"# {name} {i}\n"),
            });
        }

        var lockFile = _folder.Write("lock.txt", "alpha==1.0", "beta==1.0", "gamma==1.0", "delta==1.0");
        _folder.CreateFromWheels(lockFile, _folder.PathOf("env")).MustReturn(0);
        _folder.Run("capture", _folder.PathOf("env"), "-o", "capture", "--archive", "--store", _folder.Store).MustReturn(0);
    }

    private ProcessResult Restore(string target, string option) => _folder.Run(
        ["restore", "capture", "--to", target, "--store", _folder.Store, .. option.Length > 0 ? new[] { option } : []]);

    private void Verify(string target) => _folder.Run("verify", "capture", target, "--read-data", "--store", _folder.Store).MustReturn(0);
}
