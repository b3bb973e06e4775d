using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;

namespace Firn.Restore.Finishing;

/// <summary>
/// Makes the symbolic links, when every file and every folder is there: nothing is ever written through one, whatever an
/// archive says.
/// </summary>
internal sealed class SymlinkWriter(RestorePlan plan, RestoreJournal output)
{
    public void Make(TreeFolders folders, TreeWriter writer)
    {
        var links = Sorted([.. output.Links, .. OfInstallation(plan)]);
        foreach (var folder in LayoutFolders(plan, links))
        {
            folders.Make(folder);
        }

        foreach (var link in links)
        {
            // Before the first link: a folder that is made behind one would be made elsewhere.
            var slash = link.Path.LastIndexOf('/');
            folders.Make(link.Path[..Math.Max(slash, 0)]);
        }

        Make(links, writer.TryMakeLink);
    }

    /// <summary>Makes links, of several with one path the first, and says which could not be made.</summary>
    /// <param name="links">As <see cref="Sorted"/>.</param>
    /// <param name="tryMake">Makes one of a path and a target; false where a file or folder has the path.</param>
    public void Make(IReadOnlyList<PendingSymlink> links, Func<string, string, bool> tryMake)
    {
        string? last = null;
        foreach (var link in links)
        {
            if (link.Path == last)
            {
                continue;
            }

            last = link.Path;
            if (!tryMake(link.Path, link.Target))
            {
                output.AddProblem(new Problem(
                    "link-hidden", Path.Join(plan.Request.Prefix, link.Path), $"not linked to {link.Target}: a file or folder has the name"));
            }
        }
    }

    /// <summary>What an installer makes though nothing is in it: bundles have no empty folders. Python passes over a site-packages that is not there.</summary>
    /// <param name="plan">The environment.</param>
    /// <param name="links">Its links: what lies behind one is not made.</param>
    public static IEnumerable<string> LayoutFolders(RestorePlan plan, IReadOnlyList<PendingSymlink> links)
    {
        var tree = plan.Targets[0].Tree;
        string[] folders =
        [
            .. tree.PythonVersion.Length > 0 ? [tree.SitePackages] : Array.Empty<string>(),
            .. tree.Kind is ArchivedTreeKind.VirtualEnvironment or ArchivedTreeKind.System ? ["include"] : Array.Empty<string>(),
        ];
        return folders.Where(folder => !links.Any(link => RealPath.IsWithin("/" + folder, "/" + link.Path)));
    }

    /// <summary>By path, the one that wins first.</summary>
    public static List<PendingSymlink> Sorted(List<PendingSymlink> links)
    {
        links.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path) is var order and not 0
            ? order
            : right.Rank.CompareTo(left.Rank));
        return links;
    }

    /// <summary>The links that no package brings.</summary>
    public static IEnumerable<PendingSymlink> OfInstallation(RestorePlan plan)
    {
        foreach (var target in plan.Targets)
        {
            foreach (var link in target.Tree.Links)
            {
                yield return new PendingSymlink(target.Below(link.Path), target.Tokens.Fill(link.Target), int.MaxValue);
            }
        }

        if (plan.Base is { } basePython && plan.Targets[0].Tree.Kind == ArchivedTreeKind.System)
        {
            foreach (var link in PyvenvConfigurationWriter.Links(plan.Targets[0], basePython))
            {
                yield return new PendingSymlink(link.Path, link.Target, -1);
            }
        }
    }
}
