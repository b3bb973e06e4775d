using Firn.Archives.Bundling;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Runs.Code;
using Firn.Runs.Launching;
using Firn.Runs.Observation;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Runs.Running;

/// <summary>Runs what has been prepared, and keeps what came of it.</summary>
internal sealed class AnalysisRunner(
    RunSettings settings, Launcher launcher, RunEnvironmentArchiver keeper, SignalForwarder signals, TimeProvider clock)
{
    /// <summary>Runs it.</summary>
    /// <param name="run">What has been prepared.</param>
    /// <param name="store">Where it is kept.</param>
    /// <param name="archiving">Is told before files of the environment are read, and returns what shows how far it is.</param>
    /// <exception cref="FirnException">It could not be started.</exception>
    /// <exception cref="OperationCanceledException">A signal came before it was started.</exception>
    public RunOutcome Run(PreparedRun run, Store store, Func<ArchiveProgress, IDisposable?> archiving)
    {
        var task = run.Task;
        var user = task.SystemContext ?? settings.SystemContext;
        var variables = new Dictionary<string, string>(RunPreparer.With(user, run.Variables).Variables, StringComparer.Ordinal);
        RequireProgram(run);
        var environment = run.Files?.Kept ?? Keep(run, store, archiving);
        var codeKeeper = new CodeArchiver(settings.SystemContext, store);
        var code = settings.KeepsRuns ? codeKeeper.Keep(run.Code, signals.Token) : null;
        signals.Token.ThrowIfCancellationRequested();
        using var observer = RunObserver.Start(
            Path.Join(Path.GetTempPath(), $"firn-observe-{UniqueId.Next()}"), settings.Observes, Changed(user, run.Variables));
        foreach (var (name, value) in observer.Variables)
        {
            variables[name] = value ?? string.Empty;
        }

        signals.StartRun();
        var outputs = OutputFinder.Before(task);
        using var early = new RecordDraft(run, environment, codeKeeper, code);
        try
        {
            var launch = launcher.Run(new LaunchRequest
            {
                Command = observer.Command(task.Analysis.Command, settings.OwnCommand),
                IsTraced = settings.Observes == ObservationMode.Trace,
                Variables = variables,
                Folder = task.Folder,
                Mounts = task.Mounts,
                InheritsInput = task.InheritsInput,
                Log = task.RunFolder.Log,
                Output = task.Output,
                Error = task.Error,
                HasOneOutput = task.HasOneOutput,
                Started = process =>
                {
                    observer.Follow(process);
                    if (settings.KeepsRuns)
                    {
                        early.Start();
                    }
                },
            });
            var observation = settings.Observes == ObservationMode.Off
                ? null
                : observer.Finish(run.Capture, task.ShownProject, CancellationToken.None);
            early.Changes = task.EnvironmentChanges?.Invoke() ?? [];
            var outcome = new RunRecorder(store, settings.KeepsRuns, clock).Record(early, launch, outputs, observation);
            if (outcome.StoreFailure is null)
            {
                RunLog.RemoveCopy(launch.Log, task.RunFolder.Log);
            }

            return outcome with { Code = run.Files?.Code };
        }
        finally
        {
            signals.EndRun();
        }
    }

    /// <summary>A command that is not there should not cost an archive first.</summary>
    /// <exception cref="FirnException">It is not there.</exception>
    public void RequireProgram(PreparedRun run)
    {
        var task = run.Task;
        var program = task.Analysis.Command[0];
        _ = ProgramFinder.Find(
            task.Mounts?.ToOutside(program) ?? program,
            task.Folder,
            RunPreparer.With(task.SystemContext ?? settings.SystemContext, run.Variables).Variables);
    }

    /// <summary>Keeps the files of the environment of an analysis, and looks at those that are not kept: before it runs, since what it changes itself is a change.</summary>
    public EnvironmentSnapshot Look(RunTask task, Capture capture, Store store, Func<ArchiveProgress, IDisposable?> archiving)
    {
        var kept = keeper.Keep(capture, store, archiving, ahead: null, signals.Token);
        return new EnvironmentSnapshot(capture, kept, OutsideCodeFingerprint.Of(capture, task.Project.Folder, kept.Document, signals.Token));
    }

    /// <summary>Keeps the bytes of the run's environment, where that is asked for and they are not known to be there.</summary>
    private ArchivedEnvironment Keep(PreparedRun run, Store store, Func<ArchiveProgress, IDisposable?> archiving) => run.Task.Archive is { } known
        ? new ArchivedEnvironment(known, null, 0)
        : keeper.Keep(run.Capture, store, archiving, run.Scan, signals.Token);

    /// <summary>The user's variables and what a run changes of them.</summary>
    private static Dictionary<string, string?> Changed(SystemContext user, IReadOnlyDictionary<string, string?> changes)
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, value) in user.Variables)
        {
            variables[name] = value;
        }

        foreach (var (name, value) in changes)
        {
            variables[name] = value;
        }

        return variables;
    }
}

/// <summary>What came of a run.</summary>
internal sealed record RunOutcome
{
    public required string Reference { get; init; }

    public required Execution Execution { get; init; }

    public required RunStatus Status { get; init; }

    public required string EnvironmentId { get; init; }

    /// <summary>The run's record; <see langword="null"/> where it could not be kept.</summary>
    public StoredRun? Stored { get; init; }

    /// <summary>Why it could not be kept.</summary>
    public FirnException? StoreFailure { get; init; }

    /// <summary>Whether the store has the environment's bytes.</summary>
    public bool IsArchived { get; init; }

    /// <summary>What to say about how it ended; <see langword="null"/> where there is nothing to say.</summary>
    public string? Hint { get; init; }

    /// <summary>What the run was seen to use; <see langword="null"/> where nobody looked.</summary>
    public RunObservation? Observation { get; init; }

    /// <summary>The exit code that stands for the run: the command's own, or 1 where only an output is missing.</summary>
    public int ExitCode => Execution.ExitCode == 0 && Status == RunStatus.Failed ? 1 : Execution.ExitCode;

    /// <summary>What the file system said of the code that the archive does not hold: <see cref="Firn.Runs.Records.RunState.Code"/>.</summary>
    public Sha256Digest? Code { get; init; }
}
