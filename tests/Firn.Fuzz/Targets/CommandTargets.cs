using Firn.Fuzz.Trees;

namespace Firn.Fuzz.Targets;

/// <summary>Whole commands on a store or a capture of which one document is hostile, its digests and sums made to fit.</summary>
internal static class CommandTargets
{
    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        var store = new Lazy<HostileStore>(() => new HostileStore(scratch));
        foreach (var name in HostileStore.Names)
        {
            yield return new FuzzTarget
            {
                Name = $"commands-{name}",
                Seeds = [new FuzzSeed(name, store.Value.True(name))],
                Tokens = [.. Tokens.Json, "\"../x\""u8.ToArray(), "\"\\u001b[2J\""u8.ToArray(), "sha256:"u8.ToArray()],
                Cost = 30,
                UsesThreads = true,
                Run = input =>
                {
                    if (store.Value.Read(name, input) is { } problem)
                    {
                        throw new InvalidOperationException(problem);
                    }
                },
            };
        }
    }
}
