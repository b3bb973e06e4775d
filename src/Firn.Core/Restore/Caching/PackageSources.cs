using Firn.Common;
using Firn.Common.Native;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Firn.Storage;

namespace Firn.Restore.Caching;

/// <summary>
/// Chooses where a restore takes packages from: hard links into the cache where they are asked for, clones of its files
/// where the file system has them, else the bundles themselves.
/// </summary>
internal sealed class PackageSources(Store store, RestorePlan plan, SystemContext systemContext, RestoreJournal output)
{
    public Func<PackageSource> Choose(TreeFolders folders)
    {
        var mode = plan.Request.Links ? LinkMode.HardLink
            : CloneProbe.CanClone(folders.Path, folders.Path) ? LinkMode.Reflink
            : LinkMode.Copy;
        var isReadOnly = plan.Request.IsReadOnly;
        if (mode == LinkMode.Copy || OpenCache(mode, folders) is not { } cache)
        {
            return () => new BundleUnpacker(store, folders, isReadOnly, output);
        }

        var use = new CacheUse(cache, mode, plan, output);
        return () => new PackageCache(store, use, folders, isReadOnly, output);
    }

    private UnpackedCache? OpenCache(LinkMode mode, TreeFolders folders)
    {
        var cache = UnpackedCache.Open(systemContext, out var obstacle);
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

/// <summary>
/// How files of the cache come into a prefix. Where the file system refuses what was asked for, all threads copy from then
/// on, and the user is told why.
/// </summary>
internal sealed class CacheUse(UnpackedCache cache, LinkMode mode, RestorePlan plan, RestoreJournal output)
{
    private int _mode = (int)mode;

    public UnpackedCache Cache => cache;

    public LinkMode Mode => (LinkMode)Volatile.Read(ref _mode);

    /// <summary>Whether the bytes of all files are compared with the store, whatever the file system says.</summary>
    public bool ReadsAll { get; } = plan.Request.ReadsCache;

    /// <summary>The files that are changed after they are written, and what the cache has of them.</summary>
    public PlannedRelocations Relocations { get; } = new(plan);

    /// <summary>Goes over to copies.</summary>
    /// <param name="reason">Why, in words.</param>
    public void FallBack(string reason)
    {
        if (Interlocked.Exchange(ref _mode, (int)LinkMode.Copy) != (int)LinkMode.Copy)
        {
            output.AddProblem(new Problem("link-refused", null, $"files were copied and not linked: {reason}"));
        }
    }
}

/// <summary>Whether files can be clones of others, sharing blocks (btrfs, XFS, bcachefs): asked once, not for each file.</summary>
internal static class CloneProbe
{
    /// <summary>Clones a small file from one folder to another, and removes both.</summary>
    public static bool CanClone(string from, string to)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var source = Path.Join(from, $".firn-probe-{Environment.ProcessId}-from");
        var target = Path.Join(to, $".firn-probe-{Environment.ProcessId}-to");
        try
        {
            File.WriteAllBytes(source, new byte[4096]);
            using var input = File.OpenHandle(source);
            using var output = File.OpenHandle(target, FileMode.Create, FileAccess.Write);
            return Libc.Clone((int)output.DangerousGetHandle(), (int)input.DangerousGetHandle()) == 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            File.Delete(source);
            File.Delete(target);
        }
    }
}
