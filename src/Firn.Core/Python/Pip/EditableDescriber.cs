using System.Collections.Immutable;
using Firn.Common;
using Firn.Git;

namespace Firn.Python.Pip;

/// <summary>Describes editable projects by their repository (pip: operations/freeze.py _get_editable_info).</summary>
internal sealed class EditableDescriber(PipRules rules, PipFreezeOptions options)
{
    /// <summary>Describes one project.</summary>
    /// <param name="distribution">The distribution that it is installed as.</param>
    /// <param name="projectPath">The project's folder.</param>
    /// <returns><see langword="null"/> where this pip does not treat it as editable.</returns>
    public EditableDescription? Describe(PipDistribution distribution, string projectPath)
    {
        var location = Path.GetFullPath(projectPath, options.SystemContext.CurrentDirectory);
        var repository = new RepositoryProbe(rules, options).Find(location);
        if (repository.Kind == RepositoryKind.None)
        {
            return rules.CommentsEditables
                ? Commented(location, $"# Editable install with no version control ({distribution.NameAndVersion})")
                : null;
        }

        if (repository.Kind == RepositoryKind.WithoutTool)
        {
            return rules.DirectUrlEditables
                ? new EditableDescription(location, true, [])
                : new EditableDescription(null, true, []);
        }

        return DescribeGit(distribution, location, repository.Git);
    }

    private EditableDescription DescribeGit(PipDistribution distribution, string location, GitRepository? repository)
    {
        var lines = repository is null ? [] : repository.RemoteUrlLines();
        if (lines is null)
        {
            return Undetermined(location);
        }

        if (lines.Value.IsEmpty)
        {
            return rules.CommentsEditables
                ? Commented(location, $"# Editable Git install with no remote ({distribution.NameAndVersion})")
                : Undetermined(location);
        }

        var remote = GitRequirement.ChooseRemote(lines.Value);
        var url = rules.TranslatesRemotes ? GitRequirement.TranslateRemote(remote) : remote;
        if (url is null)
        {
            return new EditableDescription(location, true,
            [
                $"# Editable Git install ({distribution.NameAndVersion}) with either a deleted local remote or invalid URI:",
                $"# '{Shown(remote)}'",
            ]);
        }

        if (repository is null || repository.IsRefusedForOwnership || repository.HeadCommit is not { } commit)
        {
            return Undetermined(location);
        }

        var subdirectory = GitRequirement.Subdirectory(location, repository, rules.KnowsPyProject);
        var requirement = GitRequirement.Format(Shown(url), commit, distribution.RawName, subdirectory);
        return new EditableDescription(requirement, true, []);
    }

    private string Shown(string url) => options.KeepsCredentials ? url : Credentials.Remove(url);

    private static EditableDescription Commented(string location, string comment) => new(location, true, [comment]);

    private EditableDescription Undetermined(string location) =>
        new(rules.DirectUrlEditables ? location : null, rules.DirectUrlEditables, ["## !! Could not determine repository location"]);
}

/// <summary>What pip says of an editable project.</summary>
/// <param name="Requirement">What stands behind <c>-e</c>; <see langword="null"/> for the name and version.</param>
/// <param name="IsEditable">Whether it is printed with <c>-e</c> at all.</param>
/// <param name="Comments">The lines before it.</param>
internal sealed record EditableDescription(string? Requirement, bool IsEditable, ImmutableArray<string> Comments);

/// <summary>Finds the repository around a project (pip: vcs/versioncontrol.py get_backend_for_dir).</summary>
internal sealed class RepositoryProbe(PipRules rules, PipFreezeOptions options)
{
    // In the order in which pip registers them; the place of git among them decides where two share a folder.
    private static readonly string[] Folders = [".bzr", ".git", ".hg", ".svn"];

    /// <summary>The kind of version control, and the repository where it is git.</summary>
    public (RepositoryKind Kind, GitRepository? Git) Find(string location)
    {
        var git = options.HasGit && Directory.Exists(location)
            ? GitRepository.Find(location, options.SystemContext)
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

/// <summary>What version control pip finds around a project.</summary>
internal enum RepositoryKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>Git.</summary>
    Git,

    /// <summary>Bazaar, Mercurial or Subversion, whose program is taken to be missing; or git, where it is missing.</summary>
    WithoutTool,
}
