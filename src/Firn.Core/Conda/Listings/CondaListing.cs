using Firn.Common;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Listings;

/// <summary>
/// The environment as <c>conda list</c> sees it: the records without those that were overwritten, and over them, by
/// name, the packages of pip (<c>PrefixData</c> with <c>interoperability</c>).
/// </summary>
internal sealed class CondaListing
{
    private CondaListing(CondaPrefix prefix, CondaRelease release, CondaPipView pip, List<CondaListingRow> rows) =>
        (Prefix, Release, Pip, Rows) = (prefix, release, pip, rows);

    public CondaPrefix Prefix { get; }

    public CondaRelease Release { get; }

    public CondaPipView Pip { get; }

    /// <summary>The rows by name; one of each name.</summary>
    public IReadOnlyList<CondaListingRow> Rows { get; }

    /// <summary>Reads site-packages and joins it with the records. Problems are added once, so call it once.</summary>
    public static CondaListing Read(CondaPrefix prefix, CondaRelease release, List<Problem> problems)
    {
        var pip = CondaPipReader.Read(prefix.Path, prefix.Packages, release, problems);
        foreach (var package in pip.Packages)
        {
            if (prefix.Find(package.Name) is { } hidden && !IsClobbered(pip, hidden))
            {
                problems.Add(new Problem(
                    "conda-package-shadowed",
                    Path.Join(prefix.Path, package.Anchor),
                    $"conda lists {package.Name} {package.Version} of pip in place of its own {hidden.Version}"));
            }
        }

        return Of(prefix, release, pip);
    }

    /// <summary>Joins packages of pip that are already known with the records.</summary>
    public static CondaListing Of(CondaPrefix prefix, CondaRelease release, CondaPipView pip)
    {
        var rows = new Dictionary<string, CondaListingRow>(StringComparer.Ordinal);
        foreach (var package in prefix.Packages)
        {
            if (!IsClobbered(pip, package))
            {
                rows[package.Name] = new CondaListingRow(package.Name, package.Version, package.Build, package, null);
            }
        }

        foreach (var package in pip.Packages)
        {
            rows[package.Name] = new CondaListingRow(package.Name, package.Version, package.Build, null, package);
        }

        var sorted = new List<CondaListingRow>(rows.Values);
        sorted.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return new CondaListing(prefix, release, pip, sorted);
    }

    private static bool IsClobbered(CondaPipView pip, CondaPackage package)
    {
        foreach (var clobbered in pip.Clobbered)
        {
            if (clobbered.Package.Name == package.Name)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>One row of <c>conda list</c>: a package of conda, or one of pip.</summary>
internal sealed record CondaListingRow(
    string Name, string Version, string Build, CondaPackage? Package, CondaPipPackage? Pip);
