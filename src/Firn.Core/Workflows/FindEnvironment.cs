using Firn.Archives;
using Firn.Captures;
using Firn.Common;
using Firn.Projects;

namespace Firn.Workflows;

/// <summary>Which environment is looked for.</summary>
public sealed record FindEnvironmentRequest
{
    /// <summary>A prefix, a python executable, or the name of one on PATH.</summary>
    public string? Environment { get; init; }

    /// <summary>The name of a conda environment.</summary>
    public string? CondaName { get; init; }

    /// <summary>Whether <see cref="Environment"/> may as well be a run of a store.</summary>
    public bool TakesRuns { get; init; }

    /// <summary>
    /// Makes what ends a restore or a creation on the way, and is disposed when that is over; <see langword="null"/> where the
    /// token alone does.
    /// </summary>
    public Func<CancellationTokenSource>? Interruption { get; init; }
}

/// <summary>
/// Finds which environment is meant: what is named; else, as for a run, that of the <c>firn.yaml</c> in the current folder or
/// above; else the one that the variables point to. That of a project is restored or made first where its file says so.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class FindEnvironment(SystemContext systemContext)
{
    /// <summary>Finds it.</summary>
    /// <param name="request">What is named.</param>
    /// <param name="observer">Is told what is met on the way.</param>
    /// <param name="cancellation">Ends a restore or a creation.</param>
    /// <returns>What inspects it.</returns>
    /// <exception cref="FirnException">The project's environment is not there, its file is wrong, or a run of a store is named.</exception>
    public InspectionRequest Run(
        FindEnvironmentRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var given = new InspectionRequest { Environment = request.Environment, CondaName = request.CondaName };
        if (!request.TakesRuns && given is { Environment: { } text, CondaName: null })
        {
            RefuseRun(text);
        }

        if (given is not { Environment: null, CondaName: null }
            || ProjectLocator.Find(null, systemContext) is not { } folder
            || ProjectReader.ReadSettings(folder) is not { Environment: { } choice } project)
        {
            return given;
        }

        // A store is needed for one that is a run's only.
        var isCapture = choice.Kind == EnvironmentChoiceKind.Capture;
        var store = ProjectStore.Locate(null, project, isCapture ? systemContext : WithAnyHome());
        return new ProjectEnvironmentResolver(
            systemContext, store, LockedUse.AsItIs, observer, request.Interruption, cancellation).Request(choice, project) with
        {
            Reason = $"the environment of {Path.Join(folder, Project.FileName)}",
        };
    }

    private void RefuseRun(string text)
    {
        if (!text.Contains('/', StringComparison.Ordinal) || Path.Exists(Path.GetFullPath(text, systemContext.CurrentDirectory)))
        {
            return;
        }

        var store = ProjectStore.LocateAnywhere(null, null, WithAnyHome());
        if (ArchiveReference.NamesRun(text, store, systemContext))
        {
            throw new FirnException(
                $"{text} is a run in {store}, and an environment is needed", $"`firn restore {text} --to .venv` brings its environment back");
        }
    }

    /// <summary>For a store that is only looked at where there is one.</summary>
    private SystemContext WithAnyHome() => systemContext with { HomeProblem = null };
}
