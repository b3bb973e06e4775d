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

    [Fact]
    public void Processes_that_make_a_store_at_once_make_one()
    {
        var ids = new System.Collections.Concurrent.ConcurrentBag<string>();
        var threads = Enumerable.Range(0, 16).Select(_ => new Thread(() => ids.Add(Open().Description.Id))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Single(ids.Distinct());
        Assert.Equal(16, ids.Count);
        Assert.Empty(Directory.GetFiles(_folder["store/tmp"]));
    }

    [Fact]
    public void A_folder_that_is_no_store_stays_one()
    {
        _folder.Write("home/thesis.tex", "x");

        Assert.Equal(FailureKind.NoStore, Assert.Throws<FirnException>(() => Store.Open(_folder["none"])).Kind);
        Assert.Equal(FailureKind.NoStore, Assert.Throws<FirnException>(() => Store.Open(_folder["home"])).Kind);
        var failure = Assert.Throws<FirnException>(() => Store.OpenOrCreate(_folder["home"], TimeProvider.System));
        Assert.Contains("thesis.tex", failure.Message, StringComparison.Ordinal);
        Assert.Throws<FirnException>(() => Store.OpenOrCreate(_folder["home/thesis.tex"], TimeProvider.System));
        Assert.Single(Directory.GetFileSystemEntries(_folder["home"]));
    }

    [Theory]
    [InlineData("""{"schema": "firn.store/2", "id": "x", "created": "2026-01-01T00:00:00+00:00"}""", "newer firn")]
    [InlineData("""{"schema": "other/1"}""", "another folder")]
    [InlineData("""{"schema": "firn.store/1", "id": "x", "created": "soon"}""", "copy")]
    [InlineData("""{"schema": "firn.store/1", "created": "2026-01-01T00:00:00+00:00"}""", "copy")]
    [InlineData("""["firn.store/1"]""", "another folder")]
    [InlineData("", "copy")]
    [InlineData("{", "copy")]
    public void A_description_that_is_none_is_refused(string json, string hint)
    {
        _folder.Write("store/firn-store.json", json);

        Assert.Contains(hint, Assert.Throws<FirnException>(() => Store.Open(_folder["store"])).Hint.ToString(), StringComparison.Ordinal);
        Assert.Contains(hint, Assert.Throws<FirnException>(() => Open()).Hint.ToString(), StringComparison.Ordinal);
        Assert.Equal(json, File.ReadAllText(_folder["store/firn-store.json"]));
    }

    [Fact]
    public void The_store_is_the_option_else_the_variable_else_the_users_own()
    {
        var variables = new Dictionary<string, string>();
        var systemContext = new SystemContext { Variables = variables, HomeDirectory = "/home/x", CurrentDirectory = "/cwd" };

        Assert.Equal("/home/x/.local/share/firn/store", StoreLocator.Locate(null, systemContext));
        variables["XDG_DATA_HOME"] = "relative";
        Assert.Equal("/home/x/.local/share/firn/store", StoreLocator.Locate(null, systemContext));
        variables["XDG_DATA_HOME"] = "/data";
        Assert.Equal("/data/firn/store", StoreLocator.Locate(null, systemContext));
        variables["FIRN_STORE"] = "mine/";
        Assert.Equal("/cwd/mine", StoreLocator.Locate(null, systemContext));
        Assert.Equal("/cwd/other", StoreLocator.Locate("other", systemContext));
    }

    [Fact]
    public void Environments_are_found_by_the_start_of_their_ids()
    {
        var store = Open();
        var listing = new StoreListing(store);
        var first = "firn1:sha256:" + new string('a', 64);
        var second = "firn1:sha256:" + new string('a', 63) + "b";
        foreach (var id in new[] { first, second })
        {
            store.Environment(id).Append((_, _) => [1], CancellationToken.None);
        }

        Assert.Equal([first, second], listing.Environments().Select(archives => archives.EnvironmentId));
        Assert.Equal(first, listing.FindEnvironment(first));
        Assert.Equal(second, listing.FindEnvironment(second[13..]));
        Assert.Null(listing.FindEnvironment("aaaaaaa"));
        Assert.Null(listing.FindEnvironment("bbbbbbbb"));
        Assert.Null(listing.FindEnvironment("../../etc/passwd"));
        Assert.Throws<FirnException>(() => listing.FindEnvironment("aaaaaaaa"));
        Assert.Throws<FirnException>(() => store.Environment("firn1:sha256:../.."));
    }

    public void Dispose() => _folder.Dispose();
}
