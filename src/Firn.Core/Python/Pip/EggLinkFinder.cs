using Firn.Python.Discovery;
using Firn.Python.Metadata;

namespace Firn.Python.Pip;

/// <summary>Looks for the egg-link of a distribution (pip: utils/egg_link.py).</summary>
internal sealed class EggLinkFinder(PipRules rules, PipFreezeOptions options, SearchPathCatalog catalog)
{
    private HashSet<string>? _onSearchPath;

    /// <summary>Whether a folder of <c>sys.path</c> has one, which makes the distribution editable.</summary>
    public bool IsOnSearchPath(PipDistribution distribution)
    {
        _onSearchPath ??= ListLinks();
        if (_onSearchPath.Count == 0)
        {
            return false;
        }

        foreach (var name in NamesOf(distribution))
        {
            if (_onSearchPath.Contains(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The egg-link that says where a distribution is installed, in the folders that pip installs to.</summary>
    public string? InSites(PipDistribution distribution)
    {
        foreach (var site in Sites())
        {
            foreach (var name in NamesOf(distribution))
            {
                var path = Path.Join(site, name);
                if (File.Exists(path))
                {
                    return path;
                }
            }
        }

        return null;
    }

    private IEnumerable<string> Sites()
    {
        var isVirtual = options.Prefix != options.BasePrefix;
        string?[] sites = isVirtual ? [options.SitePackages, options.UserSite] : [options.UserSite, options.SitePackages];
        foreach (var site in sites)
        {
            if (site is not null)
            {
                yield return site;
            }
        }
    }

    private string[] NamesOf(PipDistribution distribution)
    {
        var safe = PythonText.SafeName(distribution.RawName) + EggLink.Extension;
        return rules.RawEggLinkNames ? [safe, distribution.RawName + EggLink.Extension] : [safe];
    }

    private HashSet<string> ListLinks()
    {
        var links = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in options.SearchPath)
        {
            foreach (var entry in catalog.Of(folder).Candidates)
            {
                if (entry.Name.EndsWith(EggLink.Extension, StringComparison.Ordinal)
                    && File.Exists(Path.Join(folder, entry.Name)))
                {
                    links.Add(entry.Name);
                }
            }
        }

        return links;
    }
}
