namespace Firn.Conda.Prefixes;

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

/// <summary>
/// conda's order of a prefix: first the packages that neither need nor serve another, then layer by layer those whose
/// parents are all out, each layer by name; a circle is broken at the package with the fewest parents left
/// (<c>PrefixGraph._topo_sort_handle_cycles</c>).
/// </summary>
internal sealed class CondaTopologicalSort
{
    private readonly List<CondaPackage> _packages;
    private readonly HashSet<int>[] _parents;
    private readonly List<int>[] _children;
    private readonly bool[] _isOut;
    private readonly List<CondaPackage> _order;

    public CondaTopologicalSort(List<CondaPackage> packages, HashSet<int>[] parents, bool menuinstFirst)
    {
        _packages = packages;
        _parents = new HashSet<int>[packages.Count];
        _children = new List<int>[packages.Count];
        _isOut = new bool[packages.Count];
        _order = new List<CondaPackage>(packages.Count);
        for (var i = 0; i < packages.Count; i++)
        {
            _parents[i] = [.. parents[i]];
            _children[i] = [];
        }

        Prepare(menuinstFirst);
        for (var i = 0; i < packages.Count; i++)
        {
            _parents[i].Remove(i);
            foreach (var parent in _parents[i])
            {
                _children[parent].Add(i);
            }
        }
    }

    public List<CondaPackage> Run()
    {
        var layer = new List<int>();
        for (var i = 0; i < _packages.Count; i++)
        {
            if (_parents[i].Count == 0)
            {
                layer.Add(i);
            }
        }

        foreach (var node in layer)
        {
            if (_children[node].Count == 0)
            {
                _isOut[node] = true;
                _order.Add(_packages[node]);
            }
        }

        while (true)
        {
            while (layer.Count > 0)
            {
                layer = TakeOut(layer);
            }

            if (FewestParents() is not { } node)
            {
                return _order;
            }

            layer = TakeOut([node]);
        }
    }

    /// <summary>The two special edges of <c>_toposort_prepare_graph</c>: python does not wait for pip; all wait for menuinst.</summary>
    private void Prepare(bool menuinstFirst)
    {
        var python = IndexOf("python");
        var pip = IndexOf("pip");
        var menuinst = IndexOf("menuinst");
        if (python >= 0)
        {
            _parents[python].Remove(pip);
        }

        if (!menuinstFirst || menuinst < 0 || python < 0)
        {
            return;
        }

        var before = _parents[menuinst];
        for (var i = 0; i < _packages.Count; i++)
        {
            if (_parents[i].Contains(python) && !before.Contains(i))
            {
                _parents[i].Add(menuinst);
            }
        }
    }

    /// <summary>Puts the layer out and gives the next one, by name.</summary>
    private List<int> TakeOut(List<int> layer)
    {
        var next = new List<int>();
        foreach (var node in layer)
        {
            if (!_isOut[node])
            {
                _isOut[node] = true;
                _order.Add(_packages[node]);
            }

            foreach (var child in _children[node])
            {
                _parents[child].Remove(node);
                if (_parents[child].Count == 0 && !_isOut[child])
                {
                    next.Add(child);
                }
            }
        }

        next.Sort();
        return next;
    }

    private int? FewestParents()
    {
        int? best = null;
        for (var i = 0; i < _packages.Count; i++)
        {
            if (!_isOut[i] && (best is not { } found || IsBefore(i, found)))
            {
                best = i;
            }
        }

        return best;
    }

    private bool IsBefore(int left, int right)
    {
        var difference = _parents[left].Count - _parents[right].Count;
        return difference < 0 || (difference == 0 && string.CompareOrdinal(
            _packages[left].DistributionString, _packages[right].DistributionString) < 0);
    }

    private int IndexOf(string name) => _packages.FindIndex(package => package.Name == name);
}
