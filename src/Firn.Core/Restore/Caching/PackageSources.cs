using Firn.Common;
using Firn.Restore.Planning;
using Firn.Restore.Results;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Firn.Storage;

namespace Firn.Restore.Caching;

/// <summary>
/// Chooses where a restore takes packages from: hard links into the cache where they are asked for, clones of its files
/// where the file system has them, else the bundles themselves.
/// </summary>
internal sealed class PackageSources(
    Store store, RestorePlan plan, Surroundings surroundings, PackageWriters packages, UnpackOutput output)
{
    public Func<PackageSource> Choose(TreeFolders folders)
    {
        var mode = plan.Request.Links ? LinkMode.HardLink
            : CloneProbe.CanClone(folders.Path, folders.Path) ? LinkMode.Reflink
            : LinkMode.Copy;
        if (mode == LinkMode.Copy || OpenCache(mode, folders) is not { } cache)
        {
            return () => new StorePackageSource(store, folders, packages, output);
        }

        var use = new CacheUse(mode, output);
        var relocations = new CachedRelocations(plan);
        return () => new CachedPackageSource(store, cache, use, plan.Request.ReadsCache, relocations, folders, packages, output);
    }

    private UnpackedCache? OpenCache(LinkMode mode, TreeFolders folders)
    {
        var cache = UnpackedCache.Open(surroundings, out var obstacle);
        if (mode == LinkMode.HardLink)
        {
            if (obstacle is not null)
            {
                output.AddProblem(new Problem("link-refused", null, $"files were copied and not linked: {obstacle}"));
            }

            return cache;
        }

        return cache is not null && CloneProbe.CanClone(cache.Folder, folders.Path) ? cache : null;
    }
}
