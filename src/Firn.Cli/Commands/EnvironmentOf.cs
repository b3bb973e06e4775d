using Firn.Analyses.Projects;
using Firn.Captures;
using Firn.Captures.Archives.Locating;
using Firn.Common;
using Firn.Restore.Staging;
using Firn.Storage;

namespace Firn.Cli.Commands;

/// <summary>
/// Finds the environment that a project chooses; one that is a capture is restored first, once for all, and one of locks
/// is made.
/// </summary>
/// <param name="context">Where messages go.</param>
/// <param name="store">The store's folder.</param>
/// <param name="mayMake">Whether an environment of locks is made where it is missing; else one that is there is taken.</param>
internal sealed class EnvironmentOf(CommandContext context, string store, bool mayMake = true)
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
        _ => new InspectionRequest { Environment = FullPath(choice.Value, project) },
    };

    /// <summary>The prefix of a capture or a run in the store, restored where it is not there yet.</summary>
    /// <param name="text">A capture's file or folder, an environment id, or a run.</param>
    /// <param name="project">Its folder is what paths are relative to.</param>
    /// <exception cref="FirnException">It is not archived, or cannot be restored.</exception>
    public string Restored(string text, Project project)
    {
        lock (_lock)
        {
            var surroundings = context.Surroundings with { CurrentDirectory = project.Folder };
            var environmentId = new ArchiveLocator(Store.Open(store).InProject(ProjectMark.Find(null, surroundings)), surroundings)
                .Locate(text).Document.EnvironmentId;
            var prefix = new SharedPrefixes(surroundings).PathOf(environmentId);
            if (!SharedPrefixes.IsReady(prefix))
            {
                // What it says is no result of this command.
                var quiet = new Output.CommandConsole(TextWriter.Null, context.Console.Error);
                var code = new RestoreRunner(new CommandContext(quiet, surroundings)).Run(
                    new RestoreArguments(text, null, store, Links: false, Compiles: false, null, AsJson: false));
                if (code != ExitCodes.Done)
                {
                    throw new FirnException(
                        $"the environment {environmentId} came back different", $"`firn restore {text}` shows how", ExitCodes.Different);
                }
            }

            return prefix;
        }
    }

    private string Made(EnvironmentChoice choice, Project project)
    {
        lock (_lock)
        {
            return new LockedEnvironment(context, store).Make(choice, project, mayMake);
        }
    }

    private string FullPath(string path, Project project) => Path.GetFullPath(
        Python.Environments.PythonPaths.ExpandUser(path, context.Surroundings.HomeDirectory), project.Folder);
}
