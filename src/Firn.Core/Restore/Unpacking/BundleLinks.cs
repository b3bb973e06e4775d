using Firn.Common;
using Firn.Restore.Planning;
using Firn.Storage.Bundles;

namespace Firn.Restore.Unpacking;

/// <summary>Checks the symbolic links of bundles.</summary>
internal static class BundleLinks
{
    /// <summary>
    /// The link. One with an absolute target is kept as its package has it; one that climbs out of the prefix leads
    /// somewhere else in every installation, and no archive of Firn's has it.
    /// </summary>
    /// <exception cref="FirnException">It climbs out of the prefix.</exception>
    public static PendingLink Checked(PackageJob job, BundleEntry entry, string path)
    {
        var target = entry.LinkTarget!;
        return entry.LeadsOut && !target.StartsWith('/')
            ? throw new FirnException(
                $"the bundle of {job.Name} is refused: the link {entry.Path} leads out of the prefix, to {target}",
                "the bundle was not made by firn: archive the environment again")
            : new PendingLink(path, target, job.Rank);
    }
}
