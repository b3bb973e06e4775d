using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;
using Firn.Projects;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Storage;

namespace Firn.Runs.Comparing;

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
        var last = store is null ? null : RecordedRun.Read(run, task.Analysis.Reference, store);
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

    private ImmutableArray<MessageText> Changes(RunTask task, RecordedRun? last, RunState state, CancellationToken cancellation)
    {
        if (last is null)
        {
            return ["the store does not have the run any more, or it is another store"];
        }

        try
        {
            var run = preparer.Prepare(task, cancellation);
            var changes = comparer.Changes(last, state.Secrets, run, cancellation);
            return [.. changes.IsEmpty ? FileChanges(last, run, state, cancellation) : changes];
        }
        catch (FirnException exception)
        {
            return [exception.Text, exception.Hint];
        }
    }

    private ImmutableArray<string> FileChanges(RecordedRun last, PreparedRun run, RunState state, CancellationToken cancellation)
    {
        var now = ArchiveDifferences.ArchiveOf(last.Record) is null
            ? null
            : RunEnvironmentArchiver.Look(settings, run.Capture, store, cancellation);
        return Firn.Runs.Comparing.EnvironmentFileChanges.Of(last, run, now, state.Code, store!, cancellation);
    }
}

/// <summary>Where an analysis stands, and since when.</summary>
public sealed record AnalysisStatus
{
    /// <summary>The subject.</summary>
    public required string Subject { get; init; }

    /// <summary>Its name within the subject.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands.</summary>
    public required AnalysisState State { get; init; }

    /// <summary>When it was built; <see langword="null"/> where it never was.</summary>
    public DateTimeOffset? Built { get; init; }

    /// <summary>When its last run, or the one under way, started; <see langword="null"/> where there was none.</summary>
    public DateTimeOffset? Started => Run?.Started;

    /// <summary>When its last run ended; <see langword="null"/> while it runs, and where it was killed.</summary>
    public DateTimeOffset? Ended => Run?.Ended;

    /// <summary>The exit code of its last run; <see langword="null"/> as long as that has not ended.</summary>
    public int? ExitCode => Run?.ExitCode;

    /// <summary>The number of its last run in the store, from 1; <see langword="null"/> where that is not kept.</summary>
    public int? Number => Run?.Number;

    /// <summary>Its last run, or the one under way.</summary>
    internal RunState? Run { get; init; }

    /// <summary>Who runs it now.</summary>
    public string? Holder { get; init; }

    /// <summary>What has changed since the last run, one line each.</summary>
    public ImmutableArray<MessageText> Changes { get; init; } = [];

    /// <summary>The environment of the last run; <see langword="null"/> where the store does not have the run.</summary>
    public string? EnvironmentId { get; init; }

    /// <summary>The word for where it stands, in documents and tables.</summary>
    public string Word => State switch
    {
        AnalysisState.NeverBuilt => "never built",
        AnalysisState.Built => "built",
        AnalysisState.Running => "running",
        AnalysisState.Done => "done",
        AnalysisState.Stale => "stale",
        AnalysisState.Failed => "failed",
        _ => "interrupted",
    };
}

/// <summary>Where an analysis stands.</summary>
public enum AnalysisState
{
    /// <summary>It has no run directory.</summary>
    NeverBuilt,

    /// <summary>It has a run directory, and was not run.</summary>
    Built,

    /// <summary>Somebody runs it now.</summary>
    Running,

    /// <summary>Its last run succeeded, and nothing has changed since.</summary>
    Done,

    /// <summary>Done, and something has changed since.</summary>
    Stale,

    /// <summary>Its last run failed.</summary>
    Failed,

    /// <summary>Its process was killed before it could say how it went.</summary>
    Interrupted,
}

/// <summary>Writes what <c>firn status --json</c> prints (docs/formats/execution.md).</summary>
internal static class StatusDocument
{
    public const string Schema = "firn.status/1";

    /// <param name="project">The project.</param>
    /// <param name="analyses">Where they stand.</param>
    /// <param name="word">The caller's words for properties of requests.</param>
    public static byte[] Write(Project project, IReadOnlyList<AnalysisStatus> analyses, Func<RequestSetting, string>? word)
    {
        var json = CanonicalJsonWriter.Document(Schema);
        json.Objects("analyses", analyses, analysis =>
        {
            json.String("built", analysis.Built is { } built ? TimeText.Of(built) : null);
            json.Strings("changes", [.. analysis.Changes.Select(change => change.Render(word))]);
            json.String("ended", analysis.Run?.Ended is { } ended ? TimeText.Of(ended) : null);
            json.String("environment_id", analysis.EnvironmentId);
            json.Number("exit_code", analysis.Run?.ExitCode);
            json.String("name", analysis.Name);
            json.Number("number", analysis.Run?.Number);
            json.String("running", analysis.Holder);
            json.String("started", analysis.Run is { } run ? TimeText.Of(run.Started) : null);
            json.String("state", analysis.Word);
            json.String("store", analysis.Run?.Store);
            json.String("subject", analysis.Subject);
        });
        json.String("project", project.Name);
        return json.Finish();
    }
}
