using System.Text;
using Firn.Archives;
using Firn.Common;

namespace Firn.Tests.Archives;

/// <summary>Which files an archive takes for unchanged: those that were older than the look, by the time that nobody can set.</summary>
public sealed class UnchangedIndexTests : IDisposable
{
    private const long Second = 1_000_000_000;
    private static readonly DateTimeOffset First = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Sha256Digest Files = Sha256Digest.Of("files"u8);
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3_600)]
    [InlineData(100_000_000)]
    public void Of_a_time_in_the_future_the_second_look_is_believed(long seconds)
    {
        var newest = Nanoseconds(First) + (seconds * Second) + (10 * Second);

        Assert.False(Look(Files, newest, First));
        Assert.False(Look(Files, newest, First.AddSeconds(1)));
        Assert.True(Look(Files, newest, First.AddSeconds(5)));
        Assert.True(Look(Files, newest, First.AddSeconds(6)));
    }

    [Theory]
    [InlineData(-3_600, true)]
    [InlineData(-3, true)]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    public void Of_a_time_that_has_passed_the_first_look_is_believed_unless_the_file_was_young(long seconds, bool isKept) =>
        Assert.Equal(isKept, Look(Files, Nanoseconds(First) + (seconds * Second), First));

    [Fact]
    public void What_changed_between_two_looks_at_the_future_is_not_what_was_seen()
    {
        var newest = Nanoseconds(First) + (3_600 * Second);

        Assert.False(Look(Files, newest, First));
        Assert.False(Look(Sha256Digest.Of("changed"u8), newest + 1, First.AddSeconds(5)));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Keeps what one archive found, and tells whether the next would find it again.</summary>
    private bool Look(Sha256Digest files, long newest, DateTimeOffset lookedAt)
    {
        var index = Open();
        index.Keep(files, newest, lookedAt, Encoding.ASCII.GetBytes("known"));
        index.Save();
        return Open().Find(files) is { } known && known.AsSpan().SequenceEqual("known"u8);
    }

    private UnchangedIndex Open() => UnchangedIndex.Open(
        new SystemContext
        {
            Variables = new Dictionary<string, string> { ["FIRN_CACHE"] = _folder.Path },
            HomeDirectory = _folder.Path,
            CurrentDirectory = _folder.Path,
        },
        "store",
        "/prefix");

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * 100;
}
