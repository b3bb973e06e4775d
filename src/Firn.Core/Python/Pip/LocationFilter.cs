using Firn.Common;

namespace Firn.Python.Pip;

/// <summary>pip's <c>--local</c> and <c>--user</c> (metadata/base.py local, in_usersite).</summary>
internal sealed class LocationFilter
{
    private readonly string? _prefix;
    private readonly string? _userSite;
    private readonly bool _isEmpty;
    private readonly bool _isSystemHidden;
    private readonly EggLinkFinder _eggLinks;

    /// <summary>Prepares the folders to compare with, links followed.</summary>
    public LocationFilter(PipRules rules, PipFreezeOptions options)
    {
        var isVirtual = options.Prefix != options.BasePrefix;
        _prefix = options.Local && isVirtual ? RealPath.Of(options.Prefix) : null;
        _userSite = options.User && options.UserSite is not null ? RealPath.Of(options.UserSite) : null;
        _isSystemHidden = options.Local && !isVirtual && options.IsDebianPip;
        _isEmpty = options.User && options.UserSite is null;
        _eggLinks = new EggLinkFinder(rules, options);
    }

    /// <summary>Whether the distribution is installed where it is asked for. pip compares texts, not folders.</summary>
    public bool Takes(PipDistribution distribution)
    {
        if (_prefix is null && _userSite is null && !_isSystemHidden)
        {
            return !_isEmpty;
        }

        var location = RealPath.Of(InstalledLocation(distribution));
        if (_isSystemHidden && IsSystem(location))
        {
            return false;
        }

        return (_prefix is null || location.StartsWith(_prefix, StringComparison.Ordinal))
            && (_userSite is null || location.StartsWith(_userSite, StringComparison.Ordinal));
    }

    /// <summary>Debian: outside a virtual environment, what apt installs is not local (utils/misc.py is_local).</summary>
    private static bool IsSystem(string location) =>
        location.StartsWith("/usr", StringComparison.Ordinal)
        && !location.StartsWith("/usr/local", StringComparison.Ordinal);

    private string InstalledLocation(PipDistribution distribution)
    {
        var metadata = distribution.Metadata;
        return metadata.Backend == DiscoveryBackend.PackageResources
            ? _eggLinks.InSites(distribution) ?? metadata.InstalledLocation
            : metadata.InstalledLocation;
    }
}
