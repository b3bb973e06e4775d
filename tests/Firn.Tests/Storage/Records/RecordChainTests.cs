using System.Globalization;
using System.Text;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Layout;
using Firn.Storage.Records;

namespace Firn.Tests.Storage.Records;

public sealed class RecordChainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Store _store;

    public RecordChainTests() => _store = Store.OpenOrCreate(_folder["store"], TimeProvider.System);

    private RecordChain Chain => _store.Analysis("S", "N");

    [Fact]
    public void Writers_at_once_lose_nothing_and_take_no_number_twice()
    {
        const int writers = 16;
        const int each = 25;
        var threads = Enumerable.Range(0, writers).Select(writer => new Thread(() =>
        {
            var chain = Store.Open(_store.Path).Analysis("S", "N");
            for (var i = 0; i < each; i++)
            {
                chain.Append((_, previous) => Encoding.UTF8.GetBytes($"{previous}\n{writer}-{i}"), CancellationToken.None);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        var seen = new HashSet<string>();
        Sha256Digest? before = null;
        for (var number = 1; number <= writers * each; number++)
        {
            var entry = Chain.Read(number)!;
            var lines = Encoding.UTF8.GetString(entry.Bytes).Split('\n');
            Assert.Equal(before?.ToString() ?? string.Empty, lines[0]);
            Assert.True(seen.Add(lines[1]));
            before = entry.Digest;
        }

        Assert.Equal(writers * each, Chain.FindLast());
        Assert.Empty(Directory.GetFiles(Path.Join(_store.Path, "tmp")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("junk")]
    [InlineData("-5")]
    [InlineData("000002\n")]
    [InlineData("999999999999999999999")]
    [InlineData("2147483647")]
    public void A_hint_is_never_trusted(string? hint)
    {
        Append(5);
        var path = Path.Join(Chain.Folder, ".last");
        Assert.Equal("000005", File.ReadAllText(path).Trim());
        File.Delete(path);
        if (hint is not null)
        {
            File.WriteAllText(path, hint);
        }

        Assert.Equal(5, Chain.FindLast());
        Append(1);
        Assert.Equal(6, Chain.FindLast());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void The_number_of_a_lost_newest_record_is_never_given_again(int lost)
    {
        Append(5);
        for (var number = 5; number > 5 - lost; number--)
        {
            File.Delete(Chain.PathOf(number));
        }

        var failure = Assert.Throws<FirnException>(() => Append(1));

        Assert.Equal(FailureKind.Different, failure.Kind);
        Assert.Contains(lost == 1 ? "the record 5 is missing" : $"the records {6 - lost} to 5 are missing", failure.Message, StringComparison.Ordinal);
        Assert.Equal(5 - lost, Chain.FindLast());
    }

    [Theory]
    [InlineData("000007")]
    [InlineData("7\n")]
    [InlineData("000007\n\n")]
    [InlineData("400005\n")]
    [InlineData("2147483647\n")]
    public void A_hint_that_no_writer_left_says_nothing_of_lost_records(string hint)
    {
        Append(5);
        File.WriteAllText(Path.Join(Chain.Folder, ".last"), hint);

        Append(1);

        Assert.Equal(6, Chain.FindLast());
    }

    [Fact]
    public void Somebody_who_sits_on_the_lock_stops_nobody()
    {
        Append(1);
        using var held = File.OpenHandle(Path.Join(Chain.Folder, ".last"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        Append(1);

        Assert.Equal(2, Chain.FindLast());
    }

    [Fact]
    public void A_number_is_not_taken_again_where_its_record_is_missing()
    {
        Append(8);
        File.Delete(Chain.PathOf(7));
        File.Delete(Path.Join(Chain.Folder, ".last"));

        var failure = Assert.Throws<FirnException>(() => Append(1));

        Assert.Contains("the record 7 is missing", failure.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.Different, failure.Kind);
        Assert.False(File.Exists(Chain.PathOf(7)));
    }

    [Fact]
    public void Numbers_grow_beyond_six_digits()
    {
        Append(1);
        Assert.Equal("1234567.json", StoreLayout.RecordName(1_234_567));
        Assert.Equal(1_234_567, StoreLayout.RecordNumber("1234567.json"));
        Assert.Equal(7, StoreLayout.RecordNumber("000007.json"));
    }

    [Theory]
    [InlineData("7.json")]
    [InlineData("0000007.json")]
    [InlineData("000000.json")]
    [InlineData("-00007.json")]
    [InlineData("000007.JSON")]
    [InlineData("99999999999.json")]
    [InlineData(".json")]
    public void Other_names_are_no_records(string name) => Assert.Equal(0, StoreLayout.RecordNumber(name));

    [Fact]
    public void A_folder_without_records_is_no_analysis()
    {
        Directory.CreateDirectory(Chain.Folder);
        Assert.Empty(new StoreListing(_store).Analyses());
        Append(1);
        Assert.Equal("S/N", Assert.Single(new StoreListing(_store).Analyses()).Reference);
    }

    [Fact]
    public void Cancelling_writes_nothing()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => Chain.Append((_, _) => [1], source.Token));
        Assert.Equal(0, Chain.FindLast());
    }

    public void Dispose() => _folder.Dispose();

    private void Append(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Chain.Append((number, _) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)), CancellationToken.None);
        }
    }
}
