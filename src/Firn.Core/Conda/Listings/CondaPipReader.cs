using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda.Prefixes;
using Firn.Python.Metadata;

namespace Firn.Conda.Listings;

/// <summary>
/// Finds the Python packages of a conda environment that conda did not install, and those of conda that something else
/// has overwritten, by conda's own rules (plugins/prefix_data_loaders/pypi <c>load_site_packages</c>). Changes nothing.
/// </summary>
internal sealed class CondaPipReader(string prefix, CondaRelease release, List<Problem> problems)
{
    private readonly List<CondaPipPackage> _packages = [];
    private readonly List<CondaOverwrittenPackage> _clobbered = [];

    public static CondaPipView Read(
        string prefix, IReadOnlyList<CondaPackage> records, CondaRelease release, List<Problem> problems)
    {
        var reader = new CondaPipReader(prefix, release, problems);
        reader.ReadAll(records);
        return new CondaPipView([.. reader._packages], [.. reader._clobbered]);
    }

    private void ReadAll(IReadOnlyList<CondaPackage> records)
    {
        if (Python(records) is not { } python
            || CondaSitePackages.Find(prefix, python, release) is not { } sitePackages)
        {
            return;
        }

        var descendants = new CondaPrefixGraph(records).DescendantsOf(python);
        var owned = PythonAnchors.OfRecords(descendants, sitePackages.Relative, release);
        foreach (var alias in sitePackages.Aliases)
        {
            foreach (var (anchor, package) in PythonAnchors.OfRecords(descendants, alias, release))
            {
                owned[sitePackages.Relative + anchor[alias.Length..]] = package;
            }
        }

        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var anchor in PythonAnchors.OnDisk(sitePackages.Path, sitePackages.Relative))
        {
            found.Add(anchor);
            if (!owned.ContainsKey(anchor))
            {
                Add(anchor);
            }
        }

        foreach (var (anchor, package) in owned)
        {
            if (!found.Contains(anchor))
            {
                Clobbered(anchor, package);
            }
        }
    }

    private static CondaPackage? Python(IReadOnlyList<CondaPackage> records)
    {
        foreach (var record in records)
        {
            if (record.Name == "python" && record.Version.Length > 0)
            {
                return record;
            }
        }

        return null;
    }

    private void Clobbered(string anchor, CondaPackage package)
    {
        _clobbered.Add(new CondaOverwrittenPackage(package, anchor));
        problems.Add(new Problem(
            "conda-package-overwritten",
            Path.Join(prefix, anchor),
            $"{package.Name} {package.Version} is recorded by conda, but its metadata is gone; pip has probably replaced it"));
    }

    private void Add(string anchor)
    {
        var path = Path.Join(prefix, anchor);
        var isLink = anchor.EndsWith(EggLink.Extension, StringComparison.Ordinal);
        var metadata = isLink ? CondaEggLink.Read(path, problems)
            : anchor.EndsWith(".egg-info", StringComparison.Ordinal) ? CondaPythonMetadata.ReadFile(path)
            : CondaPythonMetadata.ReadFolder(Path.GetDirectoryName(path)!);
        if (metadata.Version is null || !HasMandatoryFiles(anchor, path))
        {
            problems.Add(new Problem(
                "conda-python-package-unlisted", path, "conda does not list this Python package: its metadata is incomplete"));
            return;
        }

        _packages.Add(new CondaPipPackage(NameOf(metadata.Name ?? string.Empty), metadata.Version, anchor, isLink));
    }

    /// <summary>A wheel's folder needs METADATA and RECORD, or conda passes it over (<c>MANDATORY_FILES</c>, <c>get_paths</c>).</summary>
    private static bool HasMandatoryFiles(string anchor, string path) =>
        !anchor.EndsWith(".dist-info/RECORD", StringComparison.Ordinal)
        || (File.Exists(path) && File.Exists(Path.Join(Path.GetDirectoryName(path), "METADATA")));

    private string NameOf(string name)
    {
        var normal = name.Replace('.', '-').Replace('_', '-').ToLowerInvariant();
        return normal == "graphviz" && release.RenamesGraphviz ? "python-graphviz" : normal;
    }
}

/// <summary>What is in a conda environment's site-packages beside what conda put there, as one release of conda sees it.</summary>
/// <param name="Packages">Packages of pip and others, sorted by their anchor.</param>
/// <param name="Clobbered">Packages of conda that were overwritten.</param>
internal sealed record CondaPipView(
    ImmutableArray<CondaPipPackage> Packages, ImmutableArray<CondaOverwrittenPackage> Clobbered);

/// <summary>A conda package whose Python metadata is gone: pip has overwritten or removed it behind conda's back.</summary>
/// <param name="Package">The record, still there.</param>
/// <param name="Anchor">The file that is gone, relative to the prefix.</param>
/// <remarks><c>conda list</c> deletes the record of such a package from <c>conda-meta</c>; Firn changes nothing.</remarks>
internal sealed record CondaOverwrittenPackage(CondaPackage Package, string Anchor);
