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
        var links = Links();
        foreach (var folder in LayoutFolders(plan))
        {
            if (!links.Exists(link => RealPath.IsWithin("/" + folder, "/" + link.Path)))
            {
                folders.Make(folder);
            }
        }

        foreach (var link in links)
        {
            // Before the first link: a folder that is made behind one would be made elsewhere.
            var slash = link.Path.LastIndexOf('/');
            folders.Make(link.Path[..Math.Max(slash, 0)]);
        }

        string? last = null;
        foreach (var link in links)
        {
            if (link.Path == last)
            {
                continue;
            }

            last = link.Path;
            if (!writer.TryMakeLink(link.Path, link.Target))
            {
                output.AddProblem(new Problem(
                    "link-hidden", Path.Join(plan.Request.Prefix, link.Path), $"not linked to {link.Target}: a file or folder has the name"));
            }
        }
    }

    /// <summary>What an installer makes though nothing is in it: bundles have no empty folders. Python passes over a site-packages that is not there.</summary>
    public static IEnumerable<string> LayoutFolders(RestorePlan plan)
    {
        var tree = plan.Targets[0].Tree;
        if (tree.PythonVersion.Length > 0)
        {
            yield return tree.SitePackages;
        }

        if (tree.Kind is ArchivedTreeKind.VirtualEnvironment or ArchivedTreeKind.System)
        {
            yield return "include";
        }
    }

    /// <summary>By path, the one that wins first.</summary>
    private List<PendingSymlink> Links()
    {
        List<PendingSymlink> links = [.. output.Links, .. OfInstallation(plan)];
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
