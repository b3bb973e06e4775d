using System.CommandLine;
using Firn.Projects;
using Firn.Storage;
using Firn.Storage.Records;

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

    /// <summary>Whether <c>--all-projects</c> was given.</summary>
    public bool IsOfAllProjects(ParseResult parsed) => _allProjects is not null && parsed.GetValue(_allProjects);

    /// <summary>The project whose runs are meant; <see langword="null"/> for those of all.</summary>
    public RunProject? Project(ParseResult parsed, CommandContext context) =>
        IsOfAllProjects(parsed) ? null : ProjectIdentity.Find(_project?.Given(parsed), context.SystemContext);

    /// <summary>What the <c>firn.yaml</c> of that project says but for its analyses; <see langword="null"/> where there is none.</summary>
    public Project? Settings(ParseResult parsed, CommandContext context) =>
        ProjectLocator.Find(_project?.Given(parsed), context.SystemContext) is { } folder ? ProjectReader.ReadSettings(folder) : null;

    /// <summary>The project's folder that was named; <see langword="null"/> where none was.</summary>
    public string? GivenProject(ParseResult parsed) => _project?.Given(parsed);

    /// <summary>The store that was named; <see langword="null"/> where none was.</summary>
    public string? Given(ParseResult parsed) => parsed.GetValue(_store);

    /// <summary>The store's folder, absolute.</summary>
    public string Path(ParseResult parsed, CommandContext context) =>
        ProjectStore.LocateAnywhere(parsed.GetValue(_store), _project?.Given(parsed), context.SystemContext);

    /// <summary>The same for a command that may do without one: where there can be none, a folder that is not there.</summary>
    public string PathIfAny(ParseResult parsed, CommandContext context) =>
        Path(parsed, context with { SystemContext = context.SystemContext with { HomeProblem = null } });

    /// <summary>Opens the store for a command that reads.</summary>
    public Store Open(ParseResult parsed, CommandContext context)
    {
        var store = Store.Open(Path(parsed, context));
        return _allProjects is null ? store : store.InProject(Project(parsed, context));
    }

    /// <summary>Opens the store for a command that writes, and makes it where there is none.</summary>
    public Store OpenOrCreate(ParseResult parsed, CommandContext context) =>
        TrustedStores.OpenOrCreate(Path(parsed, context), context.SystemContext, TimeProvider.System);
}
