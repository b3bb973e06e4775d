using Firn.Common;
using Firn.Runs.Preparing;

namespace Firn.Tests.Runs.Preparing;

public sealed class ComputedDigestsTests
{
    private const int Large = 2 * 1024 * 1024;

    [Fact]
    public void Large_file_is_remembered_and_a_change_is_seen()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("data.bin", new byte[Large]);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        var cache = Path.Join(folder.Path, "state", "digests");
        // The change of its time was now: only what is older may be remembered.
        Thread.Sleep(3500);
        var first = Digest(cache, path);
        Assert.True(File.Exists(cache));

        // What is remembered is believed: the proof that the bytes are not read again.
        var text = File.ReadAllText(cache);
        File.WriteAllText(cache, new string('a', 64) + text[64..]);
        Assert.Equal(new string('a', 64), Digest(cache, path).Hex);

        using (var file = new FileStream(path, FileMode.Open))
        {
            file.WriteByte(1);
        }

        var changed = Digest(cache, path);
        Assert.NotEqual(first, changed);
        Assert.Equal(Sha256Digest.Of(File.ReadAllBytes(path)), changed);
    }

    [Fact]
    public void File_that_has_just_changed_is_not_remembered()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("data.bin", new byte[Large]);
        var cache = Path.Join(folder.Path, "state", "digests");

        Digest(cache, path);

        Assert.False(File.Exists(cache));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24 * 365)]
    public void A_time_in_the_future_is_no_reason_to_read_again(int hours)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("data.bin", new byte[Large]);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(hours));
        var cache = Path.Join(folder.Path, "state", "digests");
        Thread.Sleep(2500);

        Digest(cache, path);

        var text = File.ReadAllText(cache);
        File.WriteAllText(cache, new string('a', 64) + text[64..]);
        Assert.Equal(new string('a', 64), Digest(cache, path).Hex);
    }

    [SkippableFact]
    public void A_file_that_changes_through_a_map_is_refused_and_one_that_may_is_not_remembered()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "who has a file open is told on Linux");
        using var folder = new TemporaryFolder();
        var path = folder.Write("data.bin", new byte[16 * Large]);
        var cache = Path.Join(folder.Path, "state", "digests");
        using var map = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(path, FileMode.Open);
        using var view = map.CreateViewAccessor();
        view.Write(0, (byte)1);
        Thread.Sleep(2500);
        Digest(cache, path);
        Assert.False(File.Exists(cache));

        var stop = false;
        var writer = new Thread(() =>
        {
            for (byte value = 0; !Volatile.Read(ref stop); value++)
            {
                for (var at = 0; at < 16 * Large; at += 4096)
                {
                    view.Write(at, value);
                }
            }
        });
        writer.Start();
        try
        {
            // The writer may get no processor for as long as the file is read.
            Assert.Contains(Enumerable.Range(0, 50), _ => Record.Exception(() => Digest(cache, path)) is FirnException failure
                && failure.Message.Contains("changed while it was read", StringComparison.Ordinal));
        }
        finally
        {
            Volatile.Write(ref stop, true);
            writer.Join();
        }
    }

    [Fact]
    public void Damaged_cache_is_no_harm()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("data.bin", new byte[Large]);
        var cache = folder.Write("digests", "\0\u0001 what\nnot-a-digest\n" + new string('g', 64) + " 1 2 3\n");

        Assert.Equal(Sha256Digest.Of(new byte[Large]), Digest(cache, path));
    }

    [Theory]
    [InlineData("none", "not found")]
    [InlineData("folder", "it is a folder")]
    public void What_cannot_be_read_is_named(string name, string reason)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Join(folder.Path, "folder"));

        var failure = Assert.Throws<FirnException>(() =>
            new FileDigestCache(null).Of(Path.Join(folder.Path, name), name, CancellationToken.None));

        Assert.Equal($"cannot read the input {name}: {reason}", failure.Message);
    }

    private static Sha256Digest Digest(string cache, string path)
    {
        var digests = new FileDigestCache(cache);
        var digest = digests.Of(path, "data.bin", CancellationToken.None).Digest!;
        digests.Save();
        return digest;
    }
}
