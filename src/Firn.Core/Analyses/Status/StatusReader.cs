using System.Collections.Immutable;
using Firn.Analyses.Building;
using Firn.Analyses.Running;
using Firn.Common;
using Firn.Storage;

namespace Firn.Analyses.Status;

/// <summary>Finds out where an analysis stands. Nothing is written.</summary>
/// <param name="settings">The machine, and what of it is archived.</param>
/// <param name="preparer">Reads what a run would find now.</param>
/// <param name="comparer">Compares it with the last run.</param>
/// <param name="store">The store; <see langword="null"/> where there is none yet.</param>
internal sealed class StatusReader(RunSettings settings, RunPreparer preparer, RunComparer comparer, Store? store)
{
    public AnalysisStatus Read(RunTask task, CancellationToken cancellation)
    {
        var folder = task.RunFolder;
        var run = folder.ReadState();
        var last = store is null ? null : LastRun.Read(run, task.Analysis.Reference, store);
        var status = new AnalysisStatus
        {
            Subject = task.Analysis.Subject,
            Name = task.Analysis.Name,
            State = AnalysisState.NeverBuilt,
            Built = folder.BuiltAt(),
            Run = run,
            Holder = folder.Holder(),
            EnvironmentId = last?.Capture.EnvironmentId,
        };
        if (status.Holder is not null)
        {
            return status with { State = AnalysisState.Running };
        }

        if (run is null)
        {
            return status with { State = status.Built is null ? AnalysisState.NeverBuilt : AnalysisState.Built };
        }

        if (run.Ended is null)
        {
            return status with { State = AnalysisState.Interrupted };
        }

        if (!run.HasSucceeded)
        {
            return status with { State = AnalysisState.Failed };
        }

        var changes = Changes(task, last, run, cancellation);
        return status with { State = changes.IsEmpty ? AnalysisState.Done : AnalysisState.Stale, Changes = changes };
    }

    private ImmutableArray<string> Changes(RunTask task, LastRun? last, RunState state, CancellationToken cancellation)
    {
        if (last is null)
        {
            return ["the store does not have the run any more, or it is another store"];
        }

        try
        {
            var run = preparer.Prepare(task, cancellation);
            var changes = comparer.Changes(last, state.Secrets, run, cancellation);
            return changes.IsEmpty ? FileChanges(last, run, state, cancellation) : changes;
        }
        catch (FirnException exception)
        {
            return [exception.Message, exception.Hint];
        }
    }

    private ImmutableArray<string> FileChanges(LastRun last, PreparedRun run, RunState state, CancellationToken cancellation)
    {
        var now = ArchiveChanges.ArchiveOf(last.Record) is null
            ? null
            : EnvironmentKeeper.Look(settings, run.Capture, store, cancellation);
        return Running.FileChanges.Of(last, run, now, state.Code, store!, cancellation);
    }
}
