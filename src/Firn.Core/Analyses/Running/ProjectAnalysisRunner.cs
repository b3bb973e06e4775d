using Firn.Analyses.Building;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Analyses.Running;

/// <summary>
/// Runs one analysis of a project: builds it where it is not built, leaves it where nothing has changed, and remembers in
/// its run directory how it went.
/// </summary>
internal sealed class ProjectAnalysisRunner(
    RunSettings settings, RunPreparer preparer, RunComparer comparer, AnalysisRunner runner, Store store, TimeProvider clock)
{
    private const string InterruptedLog = "run.interrupted.log";

    /// <summary>Runs it.</summary>
    /// <param name="task">The analysis.</param>
    /// <param name="isNamed">Whether it was asked for, and not only needed.</param>
    /// <param name="report">Is told what is worth a line, as it comes.</param>
    /// <param name="archiving">Is told how many bytes of the environment are about to be read.</param>
    /// <param name="cancellation">Stops it before it is started.</param>
    public AnalysisResult Run(
        RunTask task, bool isNamed, Action<string> report, Action<long> archiving, CancellationToken cancellation)
    {
        var reference = task.Analysis.Reference;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            task.RunFolder.Make();
            using var right = task.RunFolder.Lock(reference);
            var state = task.RunFolder.ReadState();
            KeepInterrupted(task, state, report);
            var run = Build(preparer.Prepare(task, cancellation), report);
            return Unchanged(run, state, isNamed, report, archiving, cancellation) is { } last
                ? new AnalysisResult { Reference = reference, Kind = AnalysisResultKind.Unchanged, Last = last }
                : Started(run, archiving);
        }
        catch (OperationCanceledException)
        {
            return new AnalysisResult { Reference = reference, Kind = AnalysisResultKind.Cancelled };
        }
        catch (FirnException exception)
        {
            return new AnalysisResult { Reference = reference, Kind = AnalysisResultKind.Refused, Failure = exception };
        }
    }

    /// <summary>The log of a run that was killed is all that is left of it.</summary>
    private static void KeepInterrupted(RunTask task, RunState? state, Action<string> report)
    {
        if (state is not { Ended: null } || !File.Exists(task.RunFolder.Log))
        {
            return;
        }

        var kept = Path.Join(task.RunFolder.Path, InterruptedLog);
        File.Move(task.RunFolder.Log, kept, overwrite: true);
        report($"the run of {TimeText.Of(state.Started)} was interrupted; its log is {kept}");
    }

    private PreparedRun Build(PreparedRun run, Action<string> report)
    {
        var task = run.Task;
        if (run.Built is null)
        {
            if (settings.IsFrozen)
            {
                throw new FirnException($"{task.Analysis.Reference} is not built", $"`firn build {task.Analysis.Reference}` builds it");
            }

            AnalysisBuilder.Build(task.RunFolder, task.Project, task.Analysis, run.Capture);
            return run with { Built = task.RunFolder.ReadCapture() };
        }

        if (run.Changes.IsEmpty)
        {
            return run;
        }

        if (settings.IsFrozen)
        {
            throw new FirnException(
                $"the environment of {task.Analysis.Reference} has changed since it was built: {ChangeText.Of(run.Changes)}",
                $"put it back, or accept it with `firn build {task.Analysis.Reference}`");
        }

        report($"changed since the build: {ChangeText.Of(run.Changes)}");

        return run;
    }

    private LastRun? Unchanged(
        PreparedRun run,
        RunState? state,
        bool isNamed,
        Action<string> report,
        Action<long> archiving,
        CancellationToken cancellation)
    {
        // Without declared inputs nobody knows what it reads; for one that is only needed, that it has succeeded is enough.
        if (settings.IsForced || (run.Inputs.IsDefault && isNamed) || state is not { HasSucceeded: true }
            || LastRun.Read(state, run.Task.Analysis.Reference, store) is not { Record.Status: RunStatus.Succeeded } last)
        {
            return null;
        }

        var changes = comparer.Changes(last, run, cancellation);
        if (changes.IsEmpty)
        {
            // Only the bytes tell that a file was edited: a look at the times of all files, where none was.
            var now = runner.Keep(run, store, archiving).Document;
            changes = FileChanges.Of(last, run, now, state.Code, store, cancellation);
        }

        if (changes.IsEmpty)
        {
            return last;
        }

        report($"changed since {run.Task.Analysis.Reference}@{last.Record.Number}: {ChangeText.Of(changes)}");
        return null;
    }

    private AnalysisResult Started(PreparedRun run, Action<long> archiving)
    {
        var folder = run.Task.RunFolder;
        var before = folder.ReadState();
        folder.WriteState(new RunState { Started = clock.GetUtcNow() });
        RunOutcome outcome;
        try
        {
            outcome = runner.Run(run, store, archiving);
        }
        catch (Exception exception) when (exception is FirnException or OperationCanceledException)
        {
            // Nothing ran: what was before still holds.
            folder.WriteState(before ?? new RunState
            {
                Started = clock.GetUtcNow(),
                Ended = clock.GetUtcNow(),
                ExitCode = (exception as FirnException)?.ExitCode ?? ExitCodes.Cancelled,
            });
            throw;
        }

        folder.WriteState(new RunState
        {
            Started = outcome.Execution.Started,
            Ended = outcome.Execution.Ended,
            ExitCode = outcome.Execution.ExitCode,
            HasSucceeded = outcome.Status == RunStatus.Succeeded && outcome.Stored is not null,
            Store = store.Path,
            Number = outcome.Stored?.Record.Number,
            Record = outcome.Stored?.Digest,
            Code = outcome.Code,
        });
        return new AnalysisResult
        {
            Reference = outcome.Reference,
            Kind = outcome.Status == RunStatus.Succeeded ? AnalysisResultKind.Succeeded : AnalysisResultKind.Failed,
            Outcome = outcome,
        };
    }
}
