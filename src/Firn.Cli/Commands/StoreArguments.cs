using System.CommandLine;
using Firn.Analyses.Projects;
using Firn.Storage;

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

    /// <param name="withProject">Whether a project's store is meant where one is named, or is here or above.</param>
    public StoreArguments(bool withProject = true)
    {
        _store.RefuseEmpty();
        _project = withProject ? new ProjectArguments() : null;
    }

    public void AddTo(Command command)
    {
        command.Add(_store);
        _project?.AddTo(command);
    }

    /// <summary>The store that was named; <see langword="null"/> where none was.</summary>
    public string? Given(ParseResult parsed) => parsed.GetValue(_store);

    /// <summary>The store's folder, absolute.</summary>
    public string Path(ParseResult parsed, CommandContext context) =>
        ProjectStore.LocateAnywhere(parsed.GetValue(_store), _project?.Given(parsed), context.Surroundings);

    /// <summary>Opens the store for a command that reads.</summary>
    public Store Open(ParseResult parsed, CommandContext context) => Store.Open(Path(parsed, context));

    /// <summary>Opens the store for a command that writes, and makes it where there is none.</summary>
    public Store OpenOrCreate(ParseResult parsed, CommandContext context) =>
        OwnStores.OpenOrCreate(Path(parsed, context), context.Surroundings, TimeProvider.System);
}
