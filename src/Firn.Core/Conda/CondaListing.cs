using Firn.Common;

namespace Firn.Conda;

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
        var rows = new Dictionary<string, CondaListingRow>(StringComparer.Ordinal);
        foreach (var package in prefix.Packages)
        {
            rows[package.Name] = new CondaListingRow(package.Name, package.Version, package.Build, package, null);
        }

        foreach (var clobbered in pip.Clobbered)
        {
            rows.Remove(clobbered.Package.Name);
        }

        foreach (var package in pip.Packages)
        {
            if (rows.TryGetValue(package.Name, out var hidden) && hidden.Package is not null)
            {
                problems.Add(new Problem(
                    "conda-package-shadowed",
                    Path.Join(prefix.Path, package.Anchor),
                    $"conda lists {package.Name} {package.Version} of pip in place of its own {hidden.Version}"));
            }

            rows[package.Name] = new CondaListingRow(package.Name, package.Version, package.Build, null, package);
        }

        var sorted = new List<CondaListingRow>(rows.Values);
        sorted.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        return new CondaListing(prefix, release, pip, sorted);
    }
}
