namespace Firn.Conda;

/// <summary>
/// Which packages of a prefix depend on which, and conda's order of them: parents first
/// (conda models/prefix_graph.py <c>PrefixGraph</c>).
/// </summary>
internal sealed class CondaPrefixGraph
{
    private readonly List<CondaPackage> _packages;
    private readonly HashSet<int>[] _parents;

    public CondaPrefixGraph(IEnumerable<CondaPackage> packages)
    {
        // Every choice among nodes goes by name, so sorting once gives each layer its order.
        _packages = [.. packages];
        _packages.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        var byName = new Dictionary<string, int>(_packages.Count, StringComparer.Ordinal);
        for (var i = 0; i < _packages.Count; i++)
        {
            byName.TryAdd(_packages[i].Name.ToLowerInvariant(), i);
        }

        _parents = new HashSet<int>[_packages.Count];
        for (var i = 0; i < _parents.Length; i++)
        {
            _parents[i] = ParentsOf(_packages[i], byName);
        }
    }

    /// <summary>The packages in the order in which conda lists and links them.</summary>
    /// <param name="menuinstFirst">Whether packages wait for menuinst, as on Windows and since conda 23.11 everywhere.</param>
    public List<CondaPackage> Sorted(bool menuinstFirst) =>
        new CondaTopologicalSort(_packages, _parents, menuinstFirst).Run();

    /// <summary>All packages that depend on <paramref name="package"/>, directly or not, in conda's order.</summary>
    public List<CondaPackage> DescendantsOf(CondaPackage package)
    {
        var children = new List<int>[_packages.Count];
        for (var i = 0; i < children.Length; i++)
        {
            children[i] = [];
        }

        for (var i = 0; i < _parents.Length; i++)
        {
            foreach (var parent in _parents[i])
            {
                children[parent].Add(i);
            }
        }

        var seen = new HashSet<CondaPackage>(ReferenceEqualityComparer.Instance);
        var pending = new Stack<int>();
        pending.Push(_packages.FindIndex(candidate => ReferenceEquals(candidate, package)));
        while (pending.TryPop(out var node))
        {
            foreach (var child in children[node])
            {
                if (seen.Add(_packages[child]))
                {
                    pending.Push(child);
                }
            }
        }

        return Sorted(menuinstFirst: true).FindAll(seen.Contains);
    }

    private HashSet<int> ParentsOf(CondaPackage package, Dictionary<string, int> byName)
    {
        var parents = new HashSet<int>();
        foreach (var spec in package.Depends)
        {
            var dependency = CondaDependency.Parse(spec);
            if (byName.TryGetValue(dependency.Name, out var parent)
                && dependency.Matches(_packages[parent]))
            {
                parents.Add(parent);
            }
        }

        return parents;
    }
}
