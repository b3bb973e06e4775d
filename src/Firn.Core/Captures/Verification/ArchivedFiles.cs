using Firn.Captures.Archives;
using Firn.Common;
using Firn.Storage.Bundles;

namespace Firn.Captures.Verification;

/// <summary>Looks up what an archive has of a file: whether it was edited, and with a store what the bundle holds.</summary>
internal sealed class ArchivedFiles
{
    private readonly Dictionary<string, ArchivedPackage> _packages = new(StringComparer.Ordinal);
    private readonly Dictionary<Sha256Digest, Dictionary<string, BundleIndexEntry>> _indexes = [];
    private readonly BundleObjects? _bundles;
    private readonly List<Problem> _problems;

    public ArchivedFiles(ArchiveDocument? archive, BundleObjects? bundles, List<Problem> problems)
    {
        _bundles = bundles;
        _problems = problems;
        foreach (var tree in archive?.Trees ?? [])
        {
            foreach (var package in tree.Packages)
            {
                _packages.TryAdd($"{package.Kind}/{package.Name}", package);
            }
        }
    }

    /// <summary>Adds to an expected file what the archive says of it.</summary>
    public ExpectedFile Complete(ExpectedFile file, ArchivedPackageKind kind, string pathInBundle)
    {
        if (!_packages.TryGetValue($"{kind}/{file.Owner}", out var package))
        {
            return file;
        }

        foreach (var edited in package.Edited)
        {
            if (edited.Path == pathInBundle)
            {
                file = file with { Allowed = file.Allowed ?? edited.Observed, MayBeMissing = edited.Observed is null };
            }
        }

        return file with { Archived = IndexOf(package.Bundle).GetValueOrDefault(pathInBundle) };
    }

    /// <summary>The members of a bundle by path; empty without a store, or where the bundle is gone.</summary>
    public Dictionary<string, BundleIndexEntry> IndexOf(Sha256Digest bundle)
    {
        if (_indexes.TryGetValue(bundle, out var known))
        {
            return known;
        }

        var members = new Dictionary<string, BundleIndexEntry>(StringComparer.Ordinal);
        try
        {
            foreach (var entry in _bundles?.ReadIndex(bundle).Files ?? [])
            {
                members[entry.Path] = entry;
            }
        }
        catch (FirnException failure)
        {
            _problems.Add(new Problem("bundle-unread", null, $"the files of bundle {bundle} are not compared: {failure.Message}"));
        }

        _indexes.Add(bundle, members);
        return members;
    }
}
