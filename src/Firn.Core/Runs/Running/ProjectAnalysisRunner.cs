using System.Collections.Frozen;
using System.Collections.Immutable;
using Firn.Archives.Bundling;
using Firn.Common;
using Firn.Runs.Building;
using Firn.Runs.Comparing;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Runs.Running;

/// <summary>
/// Runs one analysis of a project: builds it where it is not built, leaves it where nothing has changed, and remembers in
/// its run directory how it went.
/// </summary>
internal sealed class ProjectAnalysisRunner(
    RunSettings settings, RunPreparer preparer, RunComparer comparer, SecretsDigest secrets, AnalysisRunner runner, Store store, TimeProvider clock)
{
    private const string InterruptedLog = "run.interrupted.log";

    /// <summary>Runs it.</summary>
    /// <param name="task">The analysis.</param>
    /// <param name="isNamed">Whether it was asked for, and not only needed.</param>
    /// <param name="report">Is told what is worth a line, as it comes.</param>
    /// <param name="archiving">Is told before files of the environment are read, and returns what shows how far it is.</param>
    /// <param name="cancellation">Stops it before it is started.</param>
    public AnalysisResult Run(
        RunTask task, bool isNamed, Action<string> report, Func<ArchiveProgress, IDisposable?> archiving, CancellationToken cancellation)
    {
        var reference = task.Analysis.Reference;
        try
        {
            cancellation.ThrowIfCancellationRequested();
            task.RunFolder.Make();
            using var right = task.RunFolder.Lock(reference);
            var state = task.RunFolder.ReadState();
            KeepInterrupted(task, state, report);
            var run = preparer.Prepare(task, cancellation);
            RequireBuilt(run);
            var last = Last(run, state, isNamed);
            var changes = last is null ? [] : comparer.Changes(last, state!.Secrets, run, cancellation);
            if (last is null || !changes.IsEmpty)
            {
                runner.RequireProgram(run);
            }

            run = Build(run with { Files = runner.Look(task, run.Capture, store, archiving) }, report, cancellation);
            if (last is null)
            {
                return Started(run, report, archiving);
            }

            // Only the bytes tell that a file was edited: a look at the times of all files, where none was.
            changes = changes.IsEmpty ? EnvironmentFileChanges.Of(last, run, run.Files!.Kept.Document, state!.Code, store, cancellation) : changes;
            if (changes.IsEmpty)
            {
                return new AnalysisResult { Reference = reference, Kind = AnalysisResultKind.Unchanged, Last = last };
            }

            report($"changed since {reference}@{last.Record.Number}: {ChangeText.Of(changes)}");
            return Started(run, report, archiving);
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

    /// <summary>What can be said without a look at the files.</summary>
    private void RequireBuilt(PreparedRun run)
    {
        if (settings.IsFrozen && run.Built?.Files is null)
        {
            var reference = run.Task.Analysis.Reference;
            throw new FirnException(
                run.Built is null ? $"{reference} is not built" : $"{reference} was built by a firn that did not note the files of its environment",
                $"`firn build {reference}` builds it");
        }

        Refuse(run);
    }

    private void Refuse(PreparedRun run)
    {
        if (settings.IsFrozen && !run.Changes.IsEmpty)
        {
            throw new FirnException(
                $"the environment of {run.Task.Analysis.Reference} has changed since it was built: {ChangeText.Of(run.Changes)}",
                $"put it back, or accept it with `firn build {run.Task.Analysis.Reference}`");
        }
    }

    /// <summary>Builds it where it was not, else says what has changed since.</summary>
    private PreparedRun Build(PreparedRun run, Action<string> report, CancellationToken cancellation)
    {
        var task = run.Task;
        if (run.Built is not { } built)
        {
            AnalysisBuilder.Build(task.RunFolder, task.Project, task.Analysis, run.Capture, run.Files!.Built());
            return run with { Built = task.RunFolder.ReadCapture() };
        }

        if (built.Files is { } files)
        {
            run = run with { Changes = run.Changes.AddRange(EnvironmentFileChanges.SinceBuild(files, run.Files!, task.Project.Folder, settings, store, cancellation)) };
        }

        Refuse(run);
        if (!run.Changes.IsEmpty)
        {
            report($"changed since the build: {ChangeText.Of(run.Changes)}");
        }

        return run;
    }

    /// <summary>The run that this one may turn out to be the same as; <see langword="null"/> where it is to run in any case.</summary>
    private RecordedRun? Last(PreparedRun run, RunState? state, bool isNamed) =>
        // Without declared inputs nobody knows what it reads; for one that is only needed, that it has succeeded is enough.
        !settings.IsForced && !(run.Inputs.IsDefault && isNamed) && state is { HasSucceeded: true }
        && RecordedRun.Read(state, run.Task.Analysis.Reference, store) is { Record.Status: RunStatus.Succeeded } last
            ? last
            : null;

    private AnalysisResult Started(PreparedRun run, Action<string> report, Func<ArchiveProgress, IDisposable?> archiving)
    {
        var folder = run.Task.RunFolder;
        var before = folder.ReadState();
        var own = RecordedRun.Read(before, run.Task.Analysis.Reference, store)?.Execution.Outputs ?? [];
        var known = secrets.Of(run);
        folder.WriteState(new RunState { Started = clock.GetUtcNow() });
        RunOutcome outcome;
        try
        {
            outcome = runner.Run(
                run with { Task = run.Task with { OwnOutputs = own.Select(output => output.Path).ToFrozenSet(StringComparer.Ordinal) } },
                store,
                archiving);
        }
        catch (Exception exception) when (exception is FirnException or OperationCanceledException)
        {
            // Nothing ran: what was before still holds.
            folder.WriteState(before ?? new RunState
            {
                Started = clock.GetUtcNow(),
                Ended = clock.GetUtcNow(),
                ExitCode = (int)((exception as FirnException)?.Kind ?? FailureKind.Cancelled),
            });
            throw;
        }

        Remember(run, report, new RunState
        {
            Started = outcome.Execution.Started,
            Ended = outcome.Execution.Ended,
            ExitCode = outcome.Execution.ExitCode,
            HasSucceeded = outcome.Status == RunStatus.Succeeded && outcome.Stored is not null,
            Store = store.Path,
            Number = outcome.Stored?.Record.Number,
            Record = outcome.Stored?.Digest,
            Code = outcome.Code,
            Secrets = known,
        });
        return new AnalysisResult
        {
            Reference = outcome.Reference,
            Kind = outcome.Status == RunStatus.Succeeded ? AnalysisResultKind.Succeeded : AnalysisResultKind.Failed,
            Outcome = outcome,
        };
    }

    /// <summary>
    /// Writes how a run went into its run directory, which the run may have removed, as <c>git clean</c> does. The run is in
    /// the store whether that succeeds or not.
    /// </summary>
    private static void Remember(PreparedRun run, Action<string> report, RunState state)
    {
        var folder = run.Task.RunFolder;
        try
        {
            if (!Directory.Exists(run.Task.Project.Folder))
            {
                report($"the run has removed {run.Task.Project.Folder}: only the store knows of it");
                return;
            }

            if (folder.BuiltAt() is null)
            {
                AnalysisBuilder.Build(
                    folder, run.Task.Project, run.Task.Analysis, run.Built?.Capture ?? run.Capture, run.Built?.Files);
            }

            folder.WriteState(state);
        }
        catch (FirnException exception)
        {
            report($"the run's state could not be kept, only the run: {exception.Message}");
        }
    }
}

/// <summary>What became of one analysis of a command line.</summary>
internal sealed record AnalysisResult
{
    public required string Reference { get; init; }

    public required AnalysisResultKind Kind { get; init; }

    /// <summary>The run, where there was one.</summary>
    public RunOutcome? Outcome { get; init; }

    /// <summary>The run in the store that still holds, where nothing had changed.</summary>
    public RecordedRun? Last { get; init; }

    /// <summary>Why it could not be started.</summary>
    public FirnException? Failure { get; init; }

    /// <summary>The analysis that it needs and that did not succeed.</summary>
    public string? FailedNeed { get; init; }

    /// <summary>Whether what needs it may run.</summary>
    public bool HasSucceeded => Kind is AnalysisResultKind.Succeeded or AnalysisResultKind.Unchanged;
}

/// <summary>What became of an analysis.</summary>
public enum AnalysisResultKind
{
    /// <summary>It was run, and succeeded.</summary>
    Succeeded,

    /// <summary>It was run, and failed.</summary>
    Failed,

    /// <summary>It was not run, since nothing has changed.</summary>
    Unchanged,

    /// <summary>It was not run, since one that it needs did not succeed.</summary>
    NeedFailed,

    /// <summary>It could not be started.</summary>
    Refused,

    /// <summary>It was not run, since a signal asked to end.</summary>
    Cancelled,
}

/// <summary>Changes of an environment or an analysis in one line.</summary>
internal static class ChangeText
{
    private const int MaxCount = 6;

    /// <summary>The first of them, and how many there are more: another environment differs in hundreds of packages.</summary>
    public static string Of(ImmutableArray<string> changes) => changes.Length <= MaxCount + 1
        ? string.Join("; ", changes)
        : $"{string.Join("; ", changes.AsSpan(0, MaxCount).ToArray())}; and {changes.Length - MaxCount} more";
}
