using Firn.Common;
using Firn.Common.Bundles;
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

    [Fact]
    public void Bytecode_has_no_digest_of_its_tar()
    {
        using var store = new TemporaryFolder();
        var bundles = new BundleObjects(store.Path);
        var bundle = bundles.Add(SampleMembers.Of(), Options, CancellationToken.None).Digest;

        _ = bundles.AddBytecode(bundle, "cpython-311", [SampleMembers.File("a.pyc", "code")], Options, CancellationToken.None);

        var index = bundles.ReadBytecodeIndex(bundle, "cpython-311");
        Assert.Null(index.Digest);
        Assert.Null(Assert.Single(index.Files).Digest);
        Assert.NotNull(bundles.ReadIndex(bundle).Digest);
        bundles.Verify(new BundleName(bundle, "cpython-311"), CancellationToken.None);
    }

    [Fact]
    public void Changed_bytecode_is_refused_at_its_end()
    {
        using var store = new TemporaryFolder();
        var bundles = new BundleObjects(store.Path);
        var bundle = bundles.Add(SampleMembers.Of(), Options, CancellationToken.None).Digest;
        var content = new byte[100_000];
        new Random(1).NextBytes(content);
        var path = store.Write("outside/a.pyc", content);
        var member = new BundleMember { Path = "a.pyc", Content = BundleContent.OfFile(path, content.Length) };
        _ = bundles.AddBytecode(bundle, "cpython-311", [member], Options, CancellationToken.None);
        var archive = bundles.Files.Find(new BundleName(bundle, "cpython-311"))!;
        var bytes = File.ReadAllBytes(archive);
        bytes[bytes.Length / 2] ^= 1;
        File.Delete(archive);
        File.WriteAllBytes(archive, bytes);

        using var reader = bundles.OpenBytecode(bundle, "cpython-311");

        // Random bytes are not compressed: the tar is canonical in all but what its member holds.
        Assert.True(reader.MoveNext());
        Assert.Contains("its index says", Assert.Throws<FirnException>(() => reader.MoveNext()).Message, StringComparison.Ordinal);
    }
}
