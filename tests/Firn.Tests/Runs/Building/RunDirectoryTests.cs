using Firn.Common;
using Firn.Runs.Building;
using Firn.Runs.Records;

namespace Firn.Tests.Runs.Building;

public sealed class RunDirectoryTests
{
    [Fact]
    public void Lock_is_held_once_names_its_holder_and_is_given_back()
    {
        using var folder = new TemporaryFolder();
        var analysis = new RunDirectory(folder.Path);
        Assert.Null(analysis.Holder());

        using (analysis.Lock("s/n"))
        {
            var failure = Assert.Throws<FirnException>(() => analysis.Lock("s/n"));
            Assert.StartsWith($"s/n is running already: process {Environment.ProcessId} on ", failure.Message, StringComparison.Ordinal);
            Assert.Contains($"process {Environment.ProcessId}", analysis.Holder(), StringComparison.Ordinal);
        }

        Assert.Null(analysis.Holder());
        analysis.Lock("s/n").Dispose();
    }

    [Fact]
    public void State_reads_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        var analysis = new RunDirectory(folder.Path);
        var state = new RunState
        {
            Started = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000),
            Ended = DateTimeOffset.FromUnixTimeSeconds(1_790_000_060),
            ExitCode = 3,
            HasSucceeded = true,
            Store = "/store",
            Number = 7,
            Record = Sha256Digest.Of([1]),
        };

        analysis.WriteState(state);

        Assert.Equal(state, analysis.ReadState());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"schema":"firn.run-state/1","started":4}""")]
    [InlineData("""{"schema":"firn.run-state/9","started":"2026-11-21T04:00:00+00:00"}""")]
    public void Damaged_state_counts_as_none(string text)
    {
        using var folder = new TemporaryFolder();
        folder.Write("state.json", text);

        Assert.Null(new RunDirectory(folder.Path).ReadState());
    }
}
