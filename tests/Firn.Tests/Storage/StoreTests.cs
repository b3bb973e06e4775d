using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Storage;

namespace Firn.Tests.Storage;

public sealed class StoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private Store Open() => Store.OpenOrCreate(_folder["store"], TimeProvider.System);

    [Fact]
    public void A_store_is_made_once_and_opened_after()
    {
        var made = Store.OpenOrCreate(_folder["deep/er/store"], TimeProvider.System, "lab");
        var again = Store.OpenOrCreate(_folder["deep/er/store"], TimeProvider.System, "other");
        var opened = Store.Open(_folder["deep/er/store"]);

        Assert.Equal("lab", made.Description.Name);
        Assert.Equal(made.Description, again.Description);
        Assert.Equal(made.Description, opened.Description);
        Assert.Empty(Directory.GetFiles(_folder["deep/er/store/tmp"]));
    }

    [Fact]
    public void Bytes_come_back_and_are_read_only()
    {
        var store = Open();
        var digest = store.Files.Add("hello"u8);

        Assert.Equal("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", digest.Hex);
        Assert.True(store.Files.Contains(digest));
        Assert.Equal("hello"u8.ToArray(), store.Files.Read(digest, 100));
        Assert.True(FileStatReader.TryRead(store.Files.PathOf(digest), out var stat));
        Assert.Equal(0u, stat.Mode & 0x92);
        Assert.Equal(digest, store.Files.Add("hello"u8));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1024 * 1024)]
    [InlineData((1024 * 1024) + 1)]
    [InlineData(3_500_000)]
    public void A_file_is_kept_with_both_digests(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        var stored = Open().Files.AddFile(_folder.Write("source", bytes), CancellationToken.None);

        Assert.Equal(Sha256Digest.Of(bytes), stored.Digest);
        Assert.Equal(Md5Hasher.Of(bytes), stored.Md5);
        Assert.Equal(size, stored.Size);
        Assert.False(stored.WasThere);
        Assert.Equal(bytes, Open().Files.Read(stored.Digest, size));
        Assert.True(Open().Files.AddFile(_folder["source"], CancellationToken.None).WasThere);
        Assert.Empty(Directory.GetFiles(_folder["store/tmp"]));
    }

    [Fact]
    public void Records_are_numbered_and_name_the_one_before()
    {
        var chain = Open().Analysis("GW150914", "Prod0");
        Assert.Equal(0, chain.FindLast());
        Assert.Null(chain.Read(1));
        Sha256Digest? before = null;
        for (var i = 1; i <= 20; i++)
        {
            var entry = chain.Append((number, previous) => Encoding.UTF8.GetBytes($"{number} {previous}"), CancellationToken.None);
            Assert.Equal(i, entry.Number);
            Assert.Equal($"{i} {before}", Encoding.UTF8.GetString(entry.Bytes));
            before = entry.Digest;
        }

        Assert.Equal(20, chain.FindLast());
        Assert.Equal(before, chain.Read(20)!.Digest);
        Assert.True(File.Exists(_folder["store/analyses/GW150914/Prod0/000020.json"]));
    }

    public void Dispose() => _folder.Dispose();
}
