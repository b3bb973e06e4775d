using System.Collections.Immutable;

namespace Firn.Conda;

/// <summary>
/// Specs by name in the order in which the names came. An OrderedDictionary moves all that follow when one is removed,
/// which a long history of removals makes quadratic.
/// </summary>
internal sealed class RequestedSpecs
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<string?> _specs = [];

    /// <summary>Replaces the spec of that name where it stands, or adds it at the end.</summary>
    public void Set(string name, string spec)
    {
        if (_places.TryGetValue(name, out var place))
        {
            _specs[place] = spec;
        }
        else
        {
            _places.Add(name, _specs.Count);
            _specs.Add(spec);
        }
    }

    public void Remove(string name)
    {
        if (_places.Remove(name, out var place))
        {
            _specs[place] = null;
        }
    }

    public ImmutableArray<string> InOrder()
    {
        var specs = ImmutableArray.CreateBuilder<string>(_places.Count);
        foreach (var spec in _specs)
        {
            if (spec is not null)
            {
                specs.Add(spec);
            }
        }

        return specs.MoveToImmutable();
    }
}
