using Firn.Captures.Documents;
using Firn.Common.Files;
using Firn.Python;

namespace Firn.Archives.Planning;

/// <summary>
/// Names at the top of a site folder that Python finds in a folder before it on <c>sys.path</c>: packages, modules, and
/// metadata of distributions. Site folders come together in one when they are restored, and what was hidden must not
/// take the place of what hid it.
/// </summary>
/// <param name="capture">The environment.</param>
/// <param name="sites">The folders outside of the prefix that come together with it.</param>
internal sealed class ShadowedNames(Capture capture, IReadOnlyList<OutsideSiteFolder> sites)
{
    private readonly Dictionary<string, HashSet<string>> _importable = new(StringComparer.Ordinal);

    /// <summary>The hidden names of a site folder.</summary>
    /// <param name="sitePackages">The folder, absolute, as the search path spells it.</param>
    public HashSet<string> In(string sitePackages)
    {
        var earlier = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in capture.Environment.SearchPath)
        {
            if (entry.Path == sitePackages)
            {
                return Hidden(sitePackages, earlier);
            }

            if (entry.Kind is SearchPathKind.Site or SearchPathKind.BaseSite or SearchPathKind.UserSite
                || sites.Any(site => site.Path == entry.Path))
            {
                earlier.UnionWith(Importable(entry.Path));
            }
        }

        return [];
    }

    private HashSet<string> Hidden(string sitePackages, HashSet<string> earlier)
    {
        var hidden = new HashSet<string>(StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var others = new HashSet<string>(StringComparer.Ordinal);
        foreach (var distribution in capture.Distributions)
        {
            if (Path.GetDirectoryName(distribution.MetadataPath) == sitePackages)
            {
                found.Add(Path.GetFileName(distribution.MetadataPath));
            }
            else
            {
                others.Add(distribution.CanonicalName);
            }
        }

        foreach (var entry in DirectoryReader.List(sitePackages, out _))
        {
            var isMetadata = entry.Name.EndsWith(".dist-info", StringComparison.Ordinal)
                || entry.Name.EndsWith(".egg-info", StringComparison.Ordinal);
            if (isMetadata
                ? !found.Contains(entry.Name) && others.Contains(NameOf(entry.Name))
                : entry.Name != "__pycache__" && earlier.Contains(Module(entry.Name)))
            {
                hidden.Add(entry.Name);
            }
        }

        return hidden;
    }

    /// <summary>What a folder answers imports of; a folder without <c>__init__</c> hides nothing.</summary>
    private HashSet<string> Importable(string folder)
    {
        if (_importable.TryGetValue(folder, out var known))
        {
            return known;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            if (!Directory.Exists(Path.Join(folder, entry.Name)) || File.Exists(Path.Join(folder, entry.Name, "__init__.py")))
            {
                names.Add(Module(entry.Name));
            }
        }

        _importable.Add(folder, names);
        return names;
    }

    private static string NameOf(string metadata)
    {
        var end = metadata.IndexOf('-', StringComparison.Ordinal);
        return CanonicalName.Of(end < 0 ? metadata[..metadata.LastIndexOf('.')] : metadata[..end]);
    }

    /// <summary>The module of a source, a compiled module or a folder; other files are as they are named.</summary>
    private static string Module(string name)
    {
        var isModule = name.EndsWith(".py", StringComparison.Ordinal) || name.EndsWith(".so", StringComparison.Ordinal);
        return isModule ? name[..name.IndexOf('.', StringComparison.Ordinal)] : name;
    }
}
