using Firn.Captures.Archives;
using Firn.Captures.Archives.Planning;

namespace Firn.Captures.Verification;

/// <summary>Where the parts of an archive lie in an environment.</summary>
internal sealed class ObservedPlaces
{
    private readonly Capture _observed;
    private readonly Dictionary<string, string> _sites = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _projects = new(StringComparer.Ordinal);

    /// <param name="observed">The environment.</param>
    /// <param name="trees">Its trees, its own first.</param>
    public ObservedPlaces(Capture observed, IReadOnlyList<PlannedTree> trees)
    {
        _observed = observed;
        Own = trees[0];
        foreach (var distribution in observed.Distributions)
        {
            _sites[distribution.CanonicalName] = Path.GetDirectoryName(distribution.MetadataPath)!;
        }

        foreach (var bundle in trees.SelectMany(static tree => tree.Bundles))
        {
            if (bundle.Project is { } project)
            {
                _projects[bundle.Name] = project.SpelledRoot;
            }
        }
    }

    /// <summary>The environment's own tree.</summary>
    public PlannedTree Own { get; }

    public string Prefix => _observed.Environment.Prefix;

    /// <summary>The absolute path of a member, as far as it can be told where nothing is.</summary>
    public string PathOf(ArchivedMember member)
    {
        var path = member.Entry.Path;
        if (member.Package.Kind == ArchivedPackageKind.Project)
        {
            return Path.Join(_projects.GetValueOrDefault(member.Package.Name) ?? Path.Join(Prefix, member.Package.Root), path);
        }

        if (member.Package.Kind == ArchivedPackageKind.Interpreter)
        {
            return Path.Join(_observed.Environment.BasePrefix, path);
        }

        return member.Package.Kind == ArchivedPackageKind.Distribution
            ? PathOf(path, member.Package.Name, member.Tree)
            : Path.Join(Prefix, member.Key);
    }

    /// <summary>The absolute path of a file of a distribution: its site-packages may be another folder than the archive's.</summary>
    public string PathOf(string path, string distribution, ArchivedTree tree)
    {
        var site = $"lib/{tree.PythonFolder}/site-packages/";
        return path.StartsWith(site, StringComparison.Ordinal) && _sites.TryGetValue(distribution, out var folder)
            ? Path.Join(folder, path[site.Length..])
            : Path.Join(Prefix, path);
    }
}
