using System.CommandLine;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary>The option by which commands take a store.</summary>
internal sealed class StoreArguments
{
    private readonly Option<string?> _store = new("--store")
    {
        Description = "The store's folder. Default: FIRN_STORE, else the project's, else firn/store in the user's data folder",
        HelpName = "DIR",
    };

    private readonly ProjectArguments? _project;
    private readonly Option<bool>? _allProjects;

    /// <param name="withProject">Whether a project's store is meant where one is named, or is here or above.</param>
    /// <param name="ofProject">Whether only the runs of that project are meant, and <c>--all-projects</c> means all.</param>
    public StoreArguments(bool withProject = true, bool ofProject = false)
    {
        _store.RefuseEmpty();
        _allProjects = ofProject
            ? new Option<bool>("--all-projects") { Description = "Take runs of all projects, not only of the one here" }
            : null;
        _project = withProject ? new ProjectArguments() : null;
    }

    public void AddTo(Command command)
    {
        command.Add(_store);
        _project?.AddTo(command);
        if (_allProjects is not null)
        {
            command.Add(_allProjects);
        }
    }

    /// <summary>The store that is meant, and whose runs.</summary>
    public StoreSelection Selection(ParseResult parsed) => new()
    {
        Store = parsed.GetValue(_store),
        Project = _project?.Given(parsed),
        IsOfAllProjects = IsOfAllProjects(parsed),
    };

    /// <summary>Whether <c>--all-projects</c> was given.</summary>
    public bool IsOfAllProjects(ParseResult parsed) => _allProjects is not null && parsed.GetValue(_allProjects);

    /// <summary>The project's folder that was named; <see langword="null"/> where none was.</summary>
    public string? GivenProject(ParseResult parsed) => _project?.Given(parsed);

    /// <summary>The store that was named; <see langword="null"/> where none was.</summary>
    public string? Given(ParseResult parsed) => parsed.GetValue(_store);
}

/// <summary>The option by which commands take a project.</summary>
internal sealed class ProjectArguments
{
    private readonly Option<string?> _project = new("--project")
    {
        Description = "The project's folder; default: the folder with firn.yaml, here or above",
        HelpName = "DIR",
    };

    public ProjectArguments() => _project.RefuseEmpty();

    public void AddTo(Command command) => command.Add(_project);

    /// <summary>The folder that was named; <see langword="null"/> where none was.</summary>
    public string? Given(ParseResult parsed) => parsed.GetValue(_project);
}
