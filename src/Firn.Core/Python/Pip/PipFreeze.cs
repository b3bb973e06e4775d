using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Discovery;

namespace Firn.Python.Pip;

/// <summary>Prints what <c>pip freeze</c> of a given release would print, without running it.</summary>
internal static class PipFreeze
{
    /// <summary>pip hides what the standard library may carry, even with <c>--all</c> (metadata/base.py stdlib_pkgs).</summary>
    private static readonly string[] StandardLibrary = ["python", "wsgiref", "argparse"];

    /// <summary>Lists the distributions as entries.</summary>
    public static PipFreezeResult Run(PipFreezeOptions options, List<Problem> problems) =>
        Run(options, new SearchPathCatalog(), problems);

    /// <summary>The same, of a search path that others look at too.</summary>
    public static PipFreezeResult Run(PipFreezeOptions options, SearchPathCatalog catalog, List<Problem> problems)
    {
        var useImportlib = PythonBoolean.Parse(options.SystemContext.Variable("_PIP_USE_IMPORTLIB_METADATA"));
        var rules = PipRules.For(options.PipVersion, options.Major, options.Minor, useImportlib);
        var discovery = DistributionDiscovery.Find(options.Paths ?? options.SearchPath, catalog, rules.Discovery, problems);
        var entries = Collect(discovery, rules, options, new EggLinkFinder(rules, options, catalog), problems);
        var lines = ImmutableArray.CreateBuilder<string>();
        if (!rules.IgnoresFindLinks)
        {
            foreach (var link in options.FindLinks)
            {
                lines.Add("-f " + (options.KeepsCredentials ? link : Credentials.Remove(link)));
            }
        }

        if (!options.RequirementFiles.IsEmpty)
        {
            new RequirementFileMerger(rules, options, problems).Merge(entries, lines);
        }

        var skipped = Skipped(options, rules);
        foreach (var entry in Sorted(entries))
        {
            if (!skipped.Contains(CanonicalName.Of(entry.Name)))
            {
                lines.Add(entry.Text);
            }
        }

        return new PipFreezeResult(lines.DrainToImmutable());
    }

    private static Dictionary<string, FrozenRequirement> Collect(
        DiscoveryResult discovery, PipRules rules, PipFreezeOptions options, EggLinkFinder eggLinks, List<Problem> problems)
    {
        var builder = new RequirementBuilder(rules, options, eggLinks, problems);
        var filter = new LocationFilter(options, eggLinks);
        var entries = new Dictionary<string, FrozenRequirement>(StringComparer.Ordinal);
        foreach (var metadata in discovery.Found)
        {
            if (rules.ChecksNames && !CanonicalName.IsValid(metadata.CanonicalName))
            {
                problems.Add(new Problem(
                    "distribution-name-invalid", metadata.Path, $"'{metadata.CanonicalName}' is not a valid name, so pip passes it over"));
                continue;
            }

            var distribution = new PipDistribution(metadata, rules);
            NoteBrokenText(metadata, problems);
            if (filter.Takes(distribution) && builder.Build(distribution) is { } entry
                && !(options.ExcludeEditable && entry.IsEditable))
            {
                entries[rules.MergesCanonicalNames ? CanonicalName.Of(entry.Name) : entry.Name] = entry;
            }
        }

        return entries;
    }

    private static void NoteBrokenText(InstalledMetadata metadata, List<Problem> problems)
    {
        if (metadata.Headers is { IsUtf8: false })
        {
            problems.Add(new Problem("metadata-not-utf8", metadata.Path, "The metadata is not UTF-8, on which pip fails"));
        }
    }

    private static HashSet<string> Skipped(PipFreezeOptions options, PipRules rules)
    {
        var skipped = new HashSet<string>(StandardLibrary, StringComparer.Ordinal);
        if (!options.All)
        {
            skipped.Add("pip");
            if (!rules.ShowsBuildBackends)
            {
                skipped.UnionWith(["setuptools", "distribute", "wheel"]);
            }

            if (options.IsDebianPip)
            {
                skipped.Add("pkg-resources");
            }
        }

        foreach (var name in options.Exclude)
        {
            skipped.Add(CanonicalName.Of(name));
        }

        return skipped;
    }

    /// <summary>By code point. Names that differ only in case are one entry, so there are no equal ones.</summary>
    private static List<FrozenRequirement> Sorted(Dictionary<string, FrozenRequirement> entries)
    {
        var sorted = new List<FrozenRequirement>(entries.Values);
        sorted.Sort(static (left, right) => string.CompareOrdinal(left.SortKey, right.SortKey));
        return sorted;
    }
}

/// <summary>What <c>pip freeze</c> is asked for, and what the Python that runs it would know.</summary>
internal sealed record PipFreezeOptions
{
    /// <summary><c>sys.path</c> of <c>python -m pip</c>, without its first entry.</summary>
    public required IReadOnlyList<string> SearchPath { get; init; }

    /// <summary>The folders of <c>--path</c>; <see langword="null"/> without that option.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>The pip to follow, for example <c>24.0</c>; <see langword="null"/> for the newest rules.</summary>
    public string? PipVersion { get; init; }

    /// <summary>Whether it is Debian's pip (<see cref="PipInstallation.IsDebian"/>).</summary>
    public bool IsDebianPip { get; init; }

    /// <summary>The first part of the version of the Python that runs pip.</summary>
    public int Major { get; init; } = 3;

    /// <summary>The second part of it.</summary>
    public int Minor { get; init; } = 14;

    /// <summary><c>sys.prefix</c>.</summary>
    public string Prefix { get; init; } = "/";

    /// <summary><c>sys.base_prefix</c>; equal to <see cref="Prefix"/> outside a virtual environment.</summary>
    public string BasePrefix { get; init; } = "/";

    /// <summary>The user's site-packages, or <see langword="null"/> where it is switched off.</summary>
    public string? UserSite { get; init; }

    /// <summary>The folder that pip installs to (<c>purelib</c>); egg-links are looked for there.</summary>
    public string? SitePackages { get; init; }

    /// <summary><c>--all</c>: pip, setuptools and wheel too.</summary>
    public bool All { get; init; }

    /// <summary><c>--local</c>.</summary>
    public bool Local { get; init; }

    /// <summary><c>--user</c>.</summary>
    public bool User { get; init; }

    /// <summary><c>--exclude-editable</c>.</summary>
    public bool ExcludeEditable { get; init; }

    /// <summary><c>--exclude</c>: names in any spelling.</summary>
    public ImmutableArray<string> Exclude { get; init; } = [];

    /// <summary><c>--requirement</c>: files whose order and comments the output follows.</summary>
    public ImmutableArray<string> RequirementFiles { get; init; } = [];

    /// <summary>Where pip looks for packages besides the index; releases before 21.2 print them.</summary>
    public ImmutableArray<string> FindLinks { get; init; } = [];

    /// <summary>Whether credentials in URLs are left as pip prints them; else they are taken out.</summary>
    public bool KeepsCredentials { get; init; } = true;

    /// <summary>Whether pip would find git.</summary>
    public bool HasGit { get; init; } = true;

    /// <summary>The process and the machine.</summary>
    public required SystemContext SystemContext { get; init; }
}

/// <summary>What <c>pip freeze</c> prints.</summary>
/// <param name="Entries">The entries in their order, each of one line or more, without the last line end.</param>
internal sealed record PipFreezeResult(ImmutableArray<string> Entries)
{
    /// <summary>The bytes on standard output, as text.</summary>
    public string Text
    {
        get
        {
            var buffer = new System.Text.StringBuilder();
            foreach (var entry in Entries)
            {
                buffer.Append(entry).Append('\n');
            }

            return buffer.ToString();
        }
    }
}

/// <summary>pip's <c>--local</c> and <c>--user</c> (metadata/base.py local, in_usersite).</summary>
internal sealed class LocationFilter
{
    private readonly string? _prefix;
    private readonly string? _userSite;
    private readonly bool _isEmpty;
    private readonly bool _isSystemHidden;
    private readonly EggLinkFinder _eggLinks;

    /// <summary>Prepares the folders to compare with, links followed.</summary>
    public LocationFilter(PipFreezeOptions options, EggLinkFinder eggLinks)
    {
        var isVirtual = options.Prefix != options.BasePrefix;
        _prefix = options.Local && isVirtual ? RealPath.Of(options.Prefix) : null;
        _userSite = options.User && options.UserSite is not null ? RealPath.Of(options.UserSite) : null;
        _isSystemHidden = options.Local && !isVirtual && options.IsDebianPip;
        _isEmpty = options.User && options.UserSite is null;
        _eggLinks = eggLinks;
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
