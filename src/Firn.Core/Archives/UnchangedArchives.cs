using System.Text;
using Firn.Archives.Bundling;
using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Bundles;

namespace Firn.Archives;

/// <summary>
/// Finds what a store has of files that have not changed. Everything that is found is there, and its time is now, so that
/// no collection takes it.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="index">What was archived into it before.</param>
internal sealed class UnchangedArchives(Store store, UnchangedIndex index)
{
    private readonly BundleObjects _bundles = new(store.Path);

    /// <summary>The archive of a whole environment; <see langword="null"/> where anything of it is in doubt.</summary>
    public ArchiveDocument? Find(BundleFingerprint environment)
    {
        if (index.Find(environment.Digest) is not { } known
            || !Sha256Digest.TryParse(Encoding.ASCII.GetString(known), out var digest) || !Refresh(digest))
        {
            return null;
        }

        try
        {
            var document = ArchiveReader.Read(store.Files.Read(digest, ArchiveReader.Limit));
            return document.Trees.All(HasAll) ? document : null;
        }
        catch (Exception exception) when (exception is FirnException or FormatException)
        {
            // Damaged in the store: it is made again.
            return null;
        }
    }

    /// <summary>What is known of a bundle; <see langword="null"/> where anything of it is in doubt.</summary>
    public BundleFacts? Find(PlannedBundle bundle)
    {
        if (index.IsEmpty || index.Find(BundleFingerprint.Of(bundle).Digest) is not { } known)
        {
            return null;
        }

        try
        {
            var made = BundleFactsBytes.Read(known, bundle.Describe);
            return HasAll(made.Package, bundle.Prefix.CacheTag) ? made : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private bool HasAll(ArchivedTree tree)
    {
        foreach (var package in tree.Packages)
        {
            // A document that does not say which bytecode it means is made again, so that it does.
            if ((package.HasBytecode && package.Bytecode is null) || !HasAll(package, tree.CacheTag))
            {
                return false;
            }
        }

        return true;
    }

    private bool HasAll(ArchivedPackage package, string tag) =>
        Has(package.Bundle, package.HasBytecode ? tag : null) && (package.Conda is not { } conda || Refresh(conda.Record));

    private bool Has(Sha256Digest bundle, string? tag) =>
        _bundles.Contains(bundle) && _bundles.TryRefresh(bundle)
        && (tag is null || (_bundles.ContainsBytecode(bundle, tag) && _bundles.TryRefreshBytecode(bundle, tag)));

    private bool Refresh(Sha256Digest digest)
    {
        if (!store.Files.Contains(digest))
        {
            return false;
        }

        store.Files.Refresh(digest);
        return true;
    }
}
