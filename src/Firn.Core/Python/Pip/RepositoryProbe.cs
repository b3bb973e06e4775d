using Firn.Git;

namespace Firn.Python.Pip;

/// <summary>Finds the repository around a project (pip: vcs/versioncontrol.py get_backend_for_dir).</summary>
internal sealed class RepositoryProbe(PipRules rules, PipFreezeOptions options)
{
    // In the order in which pip registers them; the place of git among them decides where two share a folder.
    private static readonly string[] Folders = [".bzr", ".git", ".hg", ".svn"];

    /// <summary>The kind of version control, and the repository where it is git.</summary>
    public (RepositoryKind Kind, GitRepository? Git) Find(string location)
    {
        var git = options.HasGit && Directory.Exists(location)
            ? GitRepository.Find(location, options.Surroundings)
            : null;
        string? root = null;
        var isGit = false;
        foreach (var folder in Folders)
        {
            if (RootOf(location, folder, git) is not { } found)
            {
                continue;
            }

            // The longest path is the innermost folder; of two equal ones the later registered counts.
            var isBetter = root is null || (rules.InnermostRepository && (found.Length > root.Length || found == root));
            if (isBetter)
            {
                root = found;
                isGit = folder == ".git";
            }
        }

        return root is null ? (RepositoryKind.None, null)
            : isGit && options.HasGit ? (RepositoryKind.Git, git)
            : (RepositoryKind.WithoutTool, null);
    }

    private static string? RootOf(string location, string folder, GitRepository? git)
    {
        if (Path.Exists(Path.Join(location, folder)))
        {
            return location;
        }

        // git rev-parse --show-toplevel, which fails in a repository that git does not trust.
        return folder == ".git" && git is { IsRefusedForOwnership: false } ? git.WorkTree : null;
    }
}
