using Firn.Common.Compression;
using Firn.Storage.Bundles;

namespace Firn.Tests.Storage.Bundles;

public sealed class BundleObjectsTests
{
    private static readonly BundleAddOptions Options = BundleAddOptions.Default;

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip")]
    public void A_bundle_is_read_as_it_was_added(string compression)
    {
        using var store = new TemporaryFolder();
        var bundles = new BundleObjects(store.Path, CompressionFormat.ByName(compression));
        var members = SampleMembers.Of(store.Write("outside/large", new byte[3_000_000]));

        var stored = bundles.Add(members, Options, CancellationToken.None);

        Assert.False(stored.WasThere);
        Assert.True(bundles.Contains(stored.Digest));
        bundles.Verify(new BundleName(stored.Digest), CancellationToken.None);
        using var reader = bundles.Open(stored.Digest);
        var read = SampleMembers.ReadAll(reader);
        Assert.Equal(SampleMembers.Describe(stored.SortedMembers), read);
        Assert.Equal(compression, bundles.ReadIndex(stored.Digest).Compression);
        Assert.Empty(Directory.EnumerateFiles(store["tmp"]));
    }

    [Fact]
    public void A_bundle_that_is_there_is_not_written_again_but_made_young()
    {
        using var store = new TemporaryFolder();
        var bundles = new BundleObjects(store.Path);
        var first = bundles.Add(SampleMembers.Of(), Options, CancellationToken.None);
        var archive = bundles.Files.Find(new BundleName(first.Digest))!;
        File.SetLastWriteTimeUtc(archive, DateTime.UnixEpoch);

        var second = bundles.Add([.. SampleMembers.Of().Reverse()], Options, CancellationToken.None);

        Assert.True(second.WasThere);
        Assert.True(second.IsFresh);
        Assert.Equal(first.Digest, second.Digest);
        Assert.Equal(first.CompressedSize, second.CompressedSize);
        Assert.True(DateTime.UtcNow - File.GetLastWriteTimeUtc(archive) < TimeSpan.FromMinutes(5));
    }
}
