using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Firn.Storage;

namespace Firn.Restore.Finishing;

/// <summary>
/// Decides about paths that several packages have. Which thread came first must not: where their contents differ, the
/// package of the highest rank writes the file again.
/// </summary>
internal sealed class ConflictResolver(Store store, RestorePlan plan, RestoreJournal output)
{
    public void Resolve(TreeFolders folders, CancellationToken cancellation)
    {
        if (output.Conflicts.Count == 0)
        {
            return;
        }

        var contested = new HashSet<string>(output.Conflicts, StringComparer.Ordinal);
        RefuseFolders(folders, contested);
        var winners = FindWinners(contested);
        using var unpacker = new BundleUnpacker(store, folders, plan.Request.IsReadOnly, output);
        foreach (var (job, places) in winners)
        {
            unpacker.WriteAgain(job, places, cancellation);
        }
    }

    private static void RefuseFolders(TreeFolders folders, HashSet<string> contested)
    {
        foreach (var path in contested)
        {
            if (FileStatReader.TryRead(Path.Join(folders.Path, path), out var stat) && stat.IsDirectory)
            {
                throw new FirnException(
                    $"cannot restore {path}: a package has a file there and another one a folder",
                    "the archive was not made by firn: archive the environment again");
            }
        }
    }

    /// <summary>The packages that must write files again, with those files.</summary>
    private Dictionary<PackageRestore, HashSet<string>> FindWinners(HashSet<string> contested)
    {
        var best = new Dictionary<string, PackageRestore>(StringComparer.Ordinal);
        var digests = new Dictionary<string, string?>(StringComparer.Ordinal);
        var differing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var job in plan.Jobs)
        {
            var paths = new MemberPaths(job);
            foreach (var entry in store.Bundles.ReadIndex(job.Package.Bundle).Files)
            {
                if (paths.Of(entry.Path) is not { } path || !contested.Contains(path) || entry.Digest is null)
                {
                    continue;
                }

                var digest = Content(entry);
                if (digests.TryGetValue(path, out var other) && other != digest)
                {
                    differing.Add(path);
                }

                digests[path] = digest;
                if (!best.TryGetValue(path, out var winner) || job.Rank > winner.Rank)
                {
                    best[path] = job;
                }
            }
        }

        var winners = new Dictionary<PackageRestore, HashSet<string>>();
        foreach (var path in differing)
        {
            if (!winners.TryGetValue(best[path], out var paths))
            {
                winners[best[path]] = paths = new HashSet<string>(StringComparer.Ordinal);
            }

            paths.Add(path);
        }

        return winners;
    }

    private static string Content(BundleEntry entry) =>
        $"{entry.Digest} {entry.IsExecutable} {string.Join(' ', entry.PrefixOffsets)} {entry.Placeholder?.Text}";
}
