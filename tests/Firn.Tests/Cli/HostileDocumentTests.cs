using Firn.Fuzz;
using Firn.Fuzz.Mutations;
using Firn.Fuzz.Trees;

namespace Firn.Tests.Cli;

/// <summary>
/// Each member of each document of a store and of a capture, changed in each way, with digests and sums that fit: no command
/// ends in an internal error, and what it refuses is said in one line and a hint.
/// </summary>
public sealed class HostileDocumentTests
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("FIRN_FULL_TESTS") == "1";

    public static TheoryData<string> Names { get; } = [.. HostileStore.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_change_of_a_document_ends_in_one_line(string name)
    {
        using var scratch = new ScratchFolder();
        var store = new HostileStore(scratch);
        Assert.Null(store.Read(name, store.True(name)));
        var problems = new List<string>();
        var count = 0;

        foreach (var (change, content) in JsonChanges.Of(store.True(name)))
        {
            // Every 29th in a usual run: no divisor of how many changes a member has, so each kind has its turn.
            if (count++ % (IsFull ? 1 : 29) != 0)
            {
                continue;
            }

            if (store.Read(name, content) is { } problem)
            {
                problems.Add($"{change}: {problem}");
            }
        }

        Assert.True(count > 100, $"{count} changes");
        Assert.True(problems.Count == 0, $"{problems.Count} of {count}:\n{string.Join('\n', problems.Take(12))}");
    }
}
