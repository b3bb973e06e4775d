using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Prefixes;
using Firn.Host.CondaConfiguration;

namespace Firn.Conda.Listings;

/// <summary>A release of conda, whose output is to be written; the properties are what changed between releases.</summary>
/// <param name="Major">The first part, a year since 22.</param>
/// <param name="Minor">The second part, a month since 22.9.</param>
/// <param name="Text">The version as it is written behind <c>created-by</c>.</param>
internal readonly record struct CondaRelease(int Major, int Minor, string Text)
{
    /// <summary>The newest release whose rules are known here.</summary>
    public static CondaRelease Newest { get; } = new(26, 7, "26.7.1");

    /// <summary><c>env export -p PATH</c> writes the path as the name, before <c>null</c>.</summary>
    public bool NamesByPath => IsAtLeast(4, 14);

    /// <summary>The YAML writer leaves Unicode as it is and sets the list of pip in by two more.</summary>
    public bool WritesUnicodeYaml => IsAtLeast(22, 11);

    /// <summary>menuinst is linked first on every platform, before on Windows only.</summary>
    public bool LinksMenuinstFirst => IsAtLeast(23, 11);

    /// <summary>The header line <c>created-by</c> and <c>--sha256</c>.</summary>
    public bool WritesCreatedBy => IsAtLeast(24, 9);

    /// <summary>Credentials are removed from explicit URLs by taking them apart, which changes their form, too.</summary>
    public bool NormalizesUrls => IsAtLeast(24, 7);

    /// <summary>The package that pip calls graphviz is listed as python-graphviz (conda#12242).</summary>
    public bool RenamesGraphviz => !IsAtLeast(24, 11);

    /// <summary>Rows lose their blanks at the end.</summary>
    public bool TrimsRows => IsAtLeast(25, 5);

    /// <summary>Channels lose their percent signs.</summary>
    public bool DecodesChannels => IsAtLeast(25, 1);

    /// <summary><c>env export</c> lists the channels of the packages first, then the configured ones.</summary>
    public bool ExportsPackageChannelsFirst => IsAtLeast(25, 7);

    /// <summary>Without configured channels there is <c>defaults</c>.</summary>
    public bool AddsDefaults => !IsAtLeast(25, 9);

    /// <summary><c>python_site_packages_path</c> and links in the way to site-packages are followed.</summary>
    public bool FollowsSitePackagesPath => IsAtLeast(26, 1);

    /// <summary>Of several anchors of one package the longest counts, before the shortest; <c>._*.json</c> is not a record.</summary>
    public bool PrefersLongestAnchor => IsAtLeast(26, 3);

    /// <summary>An environment without packages has an empty list of dependencies, before none.</summary>
    public bool WritesEmptyDependencies => IsAtLeast(26, 3);

    /// <summary>Reads <c>24.9.0</c>, <c>4.12</c> or <c>24.9.0.dev1</c>.</summary>
    public static CondaRelease? TryParse(string text)
    {
        var parts = text.Split('.');
        return parts.Length >= 2 && int.TryParse(parts[0], out var major) && int.TryParse(parts[1], out var minor)
            && major >= 0 && minor >= 0 && !text.AsSpan().ContainsAny('\n', '\r', '\0')
            ? new CondaRelease(major, minor, text)
            : null;
    }

    /// <summary>The release that the user named.</summary>
    /// <exception cref="FirnException">It is not a version.</exception>
    public static CondaRelease Parse(string text) => TryParse(text) ?? throw new FirnException(
        $"{text} is not a version of conda", "give one such as 24.9.0", FailureKind.InvalidRequest);

    private bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);
}

/// <summary>Finds the release of conda that a user of the environment would run.</summary>
internal static class CondaReleaseFinder
{
    /// <summary>The conda in the prefix, else in the base environment (<see cref="CondaRoots"/>), else the newest known.</summary>
    public static CondaRelease Find(CondaPrefix prefix, SystemContext systemContext)
    {
        if (prefix.Find("conda") is { } own && CondaRelease.TryParse(own.Version) is { } release)
        {
            return release;
        }

        foreach (var root in CondaRoots.Of(prefix.Path, systemContext))
        {
            if (InBase(root) is { } found)
            {
                return found;
            }
        }

        return CondaRelease.Newest;
    }

    /// <summary>The version in the name of <c>conda-VERSION-BUILD.json</c>; the record itself need not be read.</summary>
    private static CondaRelease? InBase(string root)
    {
        foreach (var entry in DirectoryReader.List(Path.Join(root, "conda-meta"), out _))
        {
            var parts = entry.Name.Split('-');
            if (parts is ["conda", var version, var build] && build.EndsWith(".json", StringComparison.Ordinal)
                && CondaRelease.TryParse(version) is { } release)
            {
                return release;
            }
        }

        return null;
    }
}
