using Firn.Common;

namespace Firn.Python.Pip;

/// <summary>Prints what <c>pip freeze</c> of a given release would print, without running it.</summary>
internal static class PipFreeze
{
    /// <summary>pip hides what the standard library may carry, even with <c>--all</c> (metadata/base.py stdlib_pkgs).</summary>
    private static readonly string[] StandardLibrary = ["python", "wsgiref", "argparse"];

    /// <summary>Lists the distributions as entries.</summary>
    public static PipFreezeResult Run(PipFreezeOptions options, List<Problem> problems)
    {
        var useImportlib = PythonBoolean.Parse(options.Surroundings.Variable("_PIP_USE_IMPORTLIB_METADATA"));
        var rules = PipRules.For(options.PipVersion, options.Major, options.Minor, useImportlib);
        var discovery = DistributionDiscovery.Find(options.Paths ?? options.SearchPath, rules.Discovery, problems);
        var entries = Collect(discovery, rules, options, problems);
        var lines = System.Collections.Immutable.ImmutableArray.CreateBuilder<string>();
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

        return new PipFreezeResult(lines.DrainToImmutable(), discovery);
    }

    private static Dictionary<string, FrozenRequirement> Collect(
        DiscoveryResult discovery, PipRules rules, PipFreezeOptions options, List<Problem> problems)
    {
        var builder = new RequirementBuilder(rules, options, problems);
        var filter = new LocationFilter(rules, options);
        var entries = new Dictionary<string, FrozenRequirement>(StringComparer.Ordinal);
        foreach (var metadata in discovery.Found)
        {
            if (rules.ChecksNames && !CanonicalName.IsValid(metadata.CanonicalName))
            {
                problems.Add(new Problem(
                    "distribution-name-invalid", metadata.Path, $"'{metadata.CanonicalName}' is no valid name, so pip passes it over"));
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
