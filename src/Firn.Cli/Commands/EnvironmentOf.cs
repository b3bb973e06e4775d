using Firn.Analyses.Projects;
using Firn.Captures;
using Firn.Common;

namespace Firn.Cli.Commands;

/// <summary>
/// Finds the environment that a project chooses; one that is a capture is restored first, once for all, and one of locks
/// is made.
/// </summary>
/// <param name="context">Where messages go.</param>
/// <param name="store">The store's folder.</param>
/// <param name="use">What becomes of an environment of locks that does not match them.</param>
internal sealed class EnvironmentOf(CommandContext context, string store, LockedUse use = LockedUse.Make)
{
    private readonly Lock _lock = new();

    /// <summary>How a capture finds it.</summary>
    /// <exception cref="FirnException">A capture cannot be restored.</exception>
    public InspectionRequest Request(EnvironmentChoice? choice, Project project) => choice switch
    {
        null => new InspectionRequest(),
        { Kind: EnvironmentChoiceKind.CondaName } => new InspectionRequest { CondaName = choice.Value },
        { Kind: EnvironmentChoiceKind.Capture } => new InspectionRequest { Environment = Restored(choice.Value, project) },
        { Kind: EnvironmentChoiceKind.Locks } => new InspectionRequest { Environment = Made(choice, project) },
        { Kind: EnvironmentChoiceKind.Python } when !choice.Value.Contains('/', StringComparison.Ordinal) =>
            new InspectionRequest { Environment = choice.Value },
        _ => OfPath(FullPath(choice.Value, project), project),
    };

    private InspectionRequest OfPath(string path, Project project) => new()
    {
        Environment = path,
        MissingHint = Path.Exists(path) ? null : LostEnvironment.Hint(path, store, context.Surroundings, project.Folder),
    };

    /// <summary>The prefix of a capture or a run in the store, restored or mended where it is not proven to be that.</summary>
    /// <param name="text">A capture's file or folder, an environment id, or a run.</param>
    /// <param name="project">Its folder is what paths are relative to.</param>
    /// <exception cref="FirnException">It is not archived, or cannot be restored.</exception>
    public string Restored(string text, Project project)
    {
        lock (_lock)
        {
            return Restorer(project).SharedPrefix(Arguments(text));
        }
    }

    /// <summary>What of a prefix that <see cref="Restored"/> gave is not as archived any more, after something ran in it.</summary>
    public IReadOnlyList<Problem> ChangesOf(string text, Project project, string prefix) =>
        Restorer(project).ChangesOf(Arguments(text), prefix, CancellationToken.None);

    private RestoreArguments Arguments(string text) =>
        new(text, null, store, Links: false, Compiles: false, null, ReadsData: false, AsJson: false);

    /// <summary>What it says is no result of this command.</summary>
    private RestoreRunner Restorer(Project project) => new(new CommandContext(
        new Output.CommandConsole(TextWriter.Null, context.Console.Error),
        context.Surroundings with { CurrentDirectory = project.Folder }));

    private string Made(EnvironmentChoice choice, Project project)
    {
        lock (_lock)
        {
            return new LockedEnvironment(context, store).Make(choice, project, use);
        }
    }

    private string FullPath(string path, Project project) => Path.GetFullPath(
        Python.Environments.PythonPaths.ExpandUser(path, context.Surroundings.HomeDirectory), project.Folder);
}
