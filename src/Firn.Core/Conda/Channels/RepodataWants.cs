using Firn.Conda.Locks;

namespace Firn.Conda.Channels;

/// <summary>The exact specs that are looked for, by name.</summary>
internal sealed class RepodataWants
{
    private readonly Dictionary<string, List<MatchSpec>> _byName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<MatchSpec>>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public RepodataWants(IEnumerable<MatchSpec> specs)
    {
        foreach (var spec in specs)
        {
            if (!_byName.TryGetValue(spec.Name, out var list))
            {
                _byName.Add(spec.Name, list = []);
            }

            list.Add(spec);
            Count++;
        }

        _lookup = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count { get; }

    /// <summary>The specs of that name; <see langword="null"/> where nobody asks for it.</summary>
    public IReadOnlyList<MatchSpec>? Of(ReadOnlySpan<char> name) => _lookup.TryGetValue(name, out var list) ? list : null;
}
