using System.Text;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Layout;
using Firn.Storage.Objects;

namespace Firn.Tests.Storage.Objects;

public sealed class ObjectBatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Store _store;

    public ObjectBatchTests() => _store = Store.OpenOrCreate(_folder["store"], TimeProvider.System);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(300)]
    public void Many_files_are_there_when_the_batch_is_complete_and_not_before(int count)
    {
        using (var batch = _store.Files.StartBatch())
        {
            for (var i = 0; i < count; i++)
            {
                Assert.False(batch.AddFile(_folder.Write($"f{i}", $"content {i}"), CancellationToken.None).WasThere);
                Assert.True(batch.AddFile(_folder[$"f{i}"], CancellationToken.None).WasThere);
            }

            Assert.False(Directory.Exists(Path.Join(_store.Path, "files")));
            batch.Complete();
        }

        for (var i = 0; i < count; i++)
        {
            var digest = Sha256Digest.Of(Encoding.UTF8.GetBytes($"content {i}"));
            Assert.Equal($"content {i}", Encoding.UTF8.GetString(_store.Files.Read(digest, 100)));
        }

        Assert.Empty(Directory.GetFiles(Path.Join(_store.Path, "tmp")));
    }

    [Fact]
    public void A_batch_that_is_given_up_leaves_nothing()
    {
        using (var batch = _store.Files.StartBatch())
        {
            batch.Add("abc"u8);
            Assert.Throws<FirnException>(() => batch.AddFile(_folder["missing"], CancellationToken.None));
        }

        Assert.Empty(Directory.GetFiles(Path.Join(_store.Path, "tmp")));
        Assert.False(_store.Files.Contains(Sha256Digest.Of("abc"u8)));
    }

    [Fact]
    public void An_object_of_another_size_is_written_anew()
    {
        var digest = _store.Files.Add("whole content"u8);
        var path = _store.Files.PathOf(digest);
        File.Delete(path);
        File.WriteAllText(path, "half");

        _store.Files.Add("whole content"u8);

        Assert.Equal("whole content"u8.ToArray(), _store.Files.Read(digest, 100));
    }

    [Fact]
    public void Damaged_bytes_are_not_handed_out()
    {
        var digest = _store.Files.Add("whole content"u8);
        var path = _store.Files.PathOf(digest);
        File.Delete(path);
        File.WriteAllText(path, "Whole content");

        Assert.Equal(FailureKind.Different, Assert.Throws<FirnException>(() => _store.Files.Read(digest, 100)).Kind);
        var failure = Assert.Throws<FirnException>(() => _store.Files.CopyTo(digest, _ => { }, CancellationToken.None));
        Assert.Contains("firn store check", failure.Hint.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_object_is_said_to_be()
    {
        var digest = Sha256Digest.Of("never added"u8);

        Assert.False(_store.Files.Contains(digest));
        Assert.Throws<FirnException>(() => _store.Files.Read(digest, 100));
        Assert.Throws<FirnException>(() => _store.Files.OpenRead(digest));
        Assert.Throws<FirnException>(() => _store.Files.Refresh(digest));
    }

    [Fact]
    public void A_limit_is_kept()
    {
        var digest = _store.Files.Add(new byte[1000]);

        Assert.Equal(1000, _store.Files.Read(digest, 1000).Length);
        Assert.Throws<FirnException>(() => _store.Files.Read(digest, 999));
    }

    [Fact]
    public void An_object_that_is_found_gets_the_time_of_now()
    {
        var digest = _store.Files.Add("old"u8);
        var path = _store.Files.PathOf(digest);
        var old = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, old);
        _store.Files.Refresh(digest);
        Assert.True(File.GetLastWriteTimeUtc(path) > old.AddYears(1));

        File.SetLastWriteTimeUtc(path, old);
        _store.Files.Add("old"u8);
        Assert.True(File.GetLastWriteTimeUtc(path) > old.AddYears(1));
    }

    [Fact]
    public void A_lease_names_its_objects_until_it_is_released()
    {
        var leases = new StoreLeases(_store.Path);
        var first = _store.Files.Add("1"u8);
        var second = _store.Files.Add("2"u8);
        leases.Hold([first]);
        leases.Hold([second]);

        var file = Assert.Single(Directory.GetFiles(Path.Join(_store.Path, "tmp"), "lease-*.json"));
        using (var document = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(file)))
        {
            Assert.Equal("firn.lease/1", document.RootElement.GetProperty("schema").GetString());
            Assert.Equal(
                new[] { first.ToString(), second.ToString() }.Order(StringComparer.Ordinal),
                document.RootElement.GetProperty("objects").EnumerateArray().Select(item => item.GetString()));
        }

        leases.Release();
        Assert.Empty(Directory.GetFiles(Path.Join(_store.Path, "tmp")));
    }

    [Fact]
    public void A_file_that_changes_while_it_is_read_is_refused()
    {
        using var source = SourceFile.Open(_folder.Write("growing", "1"));
        source.MustBeUnchanged();
        File.AppendAllText(_folder["growing"], "2");

        Assert.Contains("changed while it was read", Assert.Throws<FirnException>(source.MustBeUnchanged).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_and_missing_files_are_refused()
    {
        Assert.Contains("folder", Assert.Throws<FirnException>(() => SourceFile.Open(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("not found", Assert.Throws<FirnException>(() => SourceFile.Open(_folder["no"])).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
