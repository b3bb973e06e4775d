using Firn.Captures.Archives;
using Firn.Common;
using Firn.Restore.Planning;
using Firn.Storage.Bundles;

namespace Firn.Restore.Unpacking;

/// <summary>Takes the symbolic links of bundles. All are made when every file is there, so nothing is written through one.</summary>
internal static class BundleLinks
{
    /// <summary>Whether the problem is of what was not archived, a link that leads out, or a file behind one: what was made is not whole.</summary>
    public static bool LeavesOut(Problem problem) => problem.Code is "link-leads-out" or "below-link" or "archive-incomplete";

    /// <summary>
    /// Takes a link. Those of a conda package and of a project are as they were published. Any other that leads out of its
    /// tree is of an archive that an older firn made: it is made to lead where it led when it was archived, and named.
    /// </summary>
    public static void Take(PackageJob job, BundleEntry entry, string path, UnpackOutput output)
    {
        var target = entry.LinkTarget!;
        var isPublished = job.Package.Kind is ArchivedPackageKind.Conda or ArchivedPackageKind.Project;
        if (!isPublished && BundleEntry.LeadsOut(entry.Path, target))
        {
            var prefix = job.Target.Tree.Prefix;
            target = Path.GetFullPath(target, Path.GetDirectoryName(Path.Join(prefix, entry.Path)) ?? prefix);
            if (job.Package.Kind != ArchivedPackageKind.Interpreter)
            {
                output.AddProblem(new Problem(
                    "link-leads-out",
                    Path.Join(job.Target.Prefix, job.Target.Root.Length == 0 ? path : path[(job.Target.Root.Length + 1)..]),
                    $"a link to {target}{(Path.Exists(target) ? string.Empty : ", where nothing is now")}: what it led to was not archived"));
            }
        }

        output.AddLink(new PendingLink(path, target, job.Rank));
    }
}
