using Firn.Common;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Storage;

namespace Firn.Images.Assembly;

/// <summary>
/// Whose each path of an environment is, where several packages have it, by the rules of a restore: a file stands above a
/// link, and what was installed later above what was there.
/// </summary>
internal sealed class PathOwners
{
    /// <summary>The owner of what no package brings: the texts and links of the installation.</summary>
    public const int Installation = -1;

    private readonly Dictionary<string, Owned> _claims = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<int, HashSet<string>> _lost = [];

    private PathOwners()
    {
    }

    /// <summary>Finds the owners.</summary>
    /// <param name="plan">The packages; one is named by its place in <see cref="RestorePlan.Jobs"/>.</param>
    /// <param name="store">Where the bundles are.</param>
    /// <param name="own">The files and the links of the installation itself.</param>
    /// <exception cref="FirnException">One package has a file where another has a folder.</exception>
    public static PathOwners Of(RestorePlan plan, Store store, IEnumerable<(string Path, bool IsLink)> own)
    {
        var owners = new PathOwners();
        for (var i = 0; i < plan.Jobs.Length; i++)
        {
            var job = plan.Jobs[i];
            var paths = new MemberPaths(job);
            foreach (var entry in store.Bundles.ReadIndex(job.Package.Bundle).Files)
            {
                if (paths.Of(entry.Path) is { } path && (entry.Digest ?? (object?)entry.LinkTarget) is not null)
                {
                    owners.Claim(path, new Owned(i, job.Rank, entry.LinkTarget is not null));
                }
            }

            foreach (var path in PackageInstallation.PathsOf(job))
            {
                owners.Claim(job.Target.Below(path), new Owned(i, job.Rank, IsLink: false));
            }
        }

        foreach (var (path, isLink) in own)
        {
            owners.Claim(path, new Owned(Installation, int.MaxValue, isLink));
        }

        owners.GiveWayToFolders();
        return owners;
    }

    /// <summary>Whether a path is that package's.</summary>
    /// <param name="owner">The package's place in the plan, or <see cref="Installation"/>.</param>
    /// <param name="path">A path that it has, relative to the prefix.</param>
    public bool IsOf(int owner, string path) => !_lost.TryGetValue(owner, out var lost) || !lost.Contains(path);

    /// <summary>The paths that a package has and does not own, sorted.</summary>
    public IEnumerable<string> LostBy(int owner) =>
        _lost.TryGetValue(owner, out var lost) ? lost.Order(StringComparer.Ordinal) : [];

    private void Claim(string path, Owned claim)
    {
        if (!_claims.TryGetValue(path, out var other))
        {
            _claims.Add(path, claim);
            AddFolders(path);
            return;
        }

        if (other.Owner == claim.Owner)
        {
            // The first of a package's own stays, as it does in a restore.
            return;
        }

        var isAbove = claim.IsLink == other.IsLink ? claim.Rank > other.Rank : other.IsLink;
        Lose(isAbove ? other.Owner : claim.Owner, path);
        _claims[path] = isAbove ? claim : other;
    }

    private void AddFolders(string path)
    {
        for (var end = path.LastIndexOf('/'); end > 0 && _folders.Add(path[..end]); end = path.LastIndexOf('/', end - 1))
        {
        }
    }

    private void GiveWayToFolders()
    {
        foreach (var folder in _folders)
        {
            if (!_claims.TryGetValue(folder, out var claim))
            {
                continue;
            }

            if (!claim.IsLink)
            {
                throw new FirnException(
                    $"cannot assemble {folder}: a package has a file there and another one a folder",
                    "the archive was not made by firn: archive the environment again");
            }

            Lose(claim.Owner, folder);
        }
    }

    private void Lose(int owner, string path)
    {
        if (!_lost.TryGetValue(owner, out var lost))
        {
            _lost[owner] = lost = new HashSet<string>(StringComparer.Ordinal);
        }

        lost.Add(path);
    }

    /// <summary>Who has a path.</summary>
    private readonly record struct Owned(int Owner, int Rank, bool IsLink);
}
