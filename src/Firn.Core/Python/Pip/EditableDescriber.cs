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
        var location = Path.GetFullPath(projectPath, options.Surroundings.CurrentDirectory);
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
