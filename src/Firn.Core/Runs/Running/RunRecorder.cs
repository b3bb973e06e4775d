using System.Collections.Immutable;
using Firn.Archives.Secrets;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Host.Binaries;
using Firn.Projects;
using Firn.Runs.Launching;
using Firn.Runs.Observation;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Runs.Secrets;
using Firn.Storage;
using Firn.Storage.Records;
using Firn.Storage.Results;

namespace Firn.Runs.Running;

/// <summary>Keeps a run that has ended, failed or not: outputs, log, captures, code, and what was done, as one record.</summary>
internal sealed class RunRecorder(Store store, bool keeps, TimeProvider clock)
{
    /// <summary>By how much a file system's clock may be behind.</summary>
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(100);

    /// <summary>Keeps a run.</summary>
    /// <param name="early">What was made of it while the command ran.</param>
    /// <param name="launch">How the command ended.</param>
    /// <param name="finder">Looked at the outputs before it started.</param>
    /// <param name="observation">What it was seen to use; <see langword="null"/> where nobody looked.</param>
    public RunOutcome Record(RecordDraft early, LaunchResult launch, OutputFinder finder, RunObservation? observation)
    {
        var run = early.Run;
        var environment = early.Environment;
        var task = run.Task;
        var outputs = finder.Find();
        var status = launch.Exit.ExitCode == 0 && outputs.Missing.Count == 0 ? RunStatus.Succeeded : RunStatus.Failed;
        var execution = Describe(run, environment, launch, outputs);
        if (keeps && early.Code()?.Problem is { } notKept)
        {
            execution = execution with { Problems = execution.Problems.Add(notKept) };
        }

        execution = execution with { Problems = execution.Problems.AddRange(early.Changes) };
        var outcome = new RunOutcome
        {
            Reference = task.Analysis.Reference,
            Execution = execution,
            Status = status,
            EnvironmentId = run.Capture.EnvironmentId,
            IsArchived = environment.Archive is not null,
            Hint = CrashHint.Of(launch.Exit, run.Capture),
            Observation = observation,
        };
        if (!keeps)
        {
            return outcome with { Execution = execution with { Outputs = Read(outputs) } };
        }

        try
        {
            return Keep(outcome, early, outputs, launch.Log);
        }
        catch (FirnException exception)
        {
            return outcome with { StoreFailure = exception };
        }
    }

    private RunOutcome Keep(RunOutcome outcome, RecordDraft early, FoundOutputs outputs, string log)
    {
        var run = early.Run;
        var files = new List<ResultSource>(outputs.Sources);
        files.AddRange(early.Files());
        AddLog(files, log);
        if (outcome.Observation is { } observation)
        {
            files.Add(ResultSource.OfBytes(RunFileNames.Observation, ObservationDocument.Write(observation)));
        }

        var draft = new RunRecord
        {
            Subject = run.Task.Analysis.Subject,
            Name = run.Task.Analysis.Name,
            Number = 0,
            Created = clock.GetUtcNow(),
            Kind = RunKinds.Run,
            Status = outcome.Status,
            Code = early.Code()?.Document,
            Project = MarkOf(run),
            Environments = Environments(early),
        };
        var execution = outcome.Execution;
        var added = new ResultAdder(store, clock).Add(
            draft,
            files,
            run.Built is { } built ? [built.Document] : [],
            stored =>
            {
                execution = execution with { Outputs = Described(outputs, stored) };
                return [ResultSource.OfBytes(RunFileNames.Execution, ExecutionWriter.Write(execution))];
            },
            static _ => { },
            CancellationToken.None);
        return outcome with { Stored = added.Run, Execution = execution };
    }

    private static RunProject? MarkOf(PreparedRun run)
    {
        var task = run.Task;
        var code = run.Code.Code;
        return task.RerunOf is not null ? task.KeptProject
            : task.HasProject ? ProjectIdentity.Of(task.Project.Folder, code.Remote, code.Folder)
            : null;
    }

    /// <summary>What a run did.</summary>
    internal static Execution Describe(PreparedRun run, ArchivedEnvironment environment, LaunchResult launch, FoundOutputs outputs)
    {
        var task = run.Task;
        var folder = Path.GetRelativePath(task.Project.Folder, task.Folder);
        return new Execution
        {
            Subject = task.Analysis.Subject,
            Name = task.Analysis.Name,
            RerunOf = task.RerunOf,
            IsAdHoc = task.IsAdHoc,
            Command = task.Analysis.Command,
            WorkingDirectory = folder.StartsWith("..", StringComparison.Ordinal) ? task.Folder : folder,
            ProjectFolder = task.ShownProject,
            Started = launch.Started,
            Ended = launch.Ended,
            ExitCode = launch.Exit.ExitCode,
            Signal = launch.Exit.Signal,
            Variables = run.Variables,
            Threads = task.Analysis.Threads,
            EffectiveProcessorMillis = Processors(run.Capture),
            Inputs = run.Inputs,
            MissingOutputs = [.. outputs.Missing],
            Code = run.Code.Code,
            Image = run.Image,
            ChangesSinceBuild = run.Changes,
            Problems = ProblemsOf(run, environment, launch, outputs),
        };
    }

    private static ImmutableArray<Problem> ProblemsOf(PreparedRun run, ArchivedEnvironment environment, LaunchResult launch, FoundOutputs outputs)
    {
        var task = run.Task;
        var problems = run.Problems.ToBuilder();
        if (environment.Problem is { } notArchived)
        {
            problems.Add(notArchived);
        }

        foreach (var left in launch.Leftovers)
        {
            problems.Add(new Problem("process-left", null, $"the run left a process behind, which was ended: {left}"));
        }

        if (launch.LogFailure is { } reason)
        {
            problems.Add(new Problem("log-incomplete", null, $"the log is not whole: {reason}"));
        }

        var masked = SecretArguments.Mask(task.Analysis.Command).Masked;
        if (masked.Count > 0)
        {
            problems.Add(new Problem(
                "argument-masked",
                null,
                $"the record has *** for {string.Join(", ", masked)}; a rerun takes {string.Join(", ", SecretRestorer.VariablesOf(masked))} for it"));
        }

        foreach (var file in outputs.LeftOut)
        {
            problems.Add(new Problem("output-left-out", file.Path, $"the output is not kept: {file.Reason}"));
        }

        foreach (var path in outputs.Secret)
        {
            problems.Add(new Problem("output-secret", path, $"the output is kept, and {SecretFiles.Reason}"));
        }

        foreach (var input in task.RerunOf is null && !run.Inputs.IsDefault ? run.Inputs : [])
        {
            // A file's change time cannot be set: one that is older than the command was not changed by it, or beside it.
            var path = Path.GetFullPath(input.Path, task.Project.Folder);
            if ((!FileStatReader.TryRead(RealPath.Of(path), out var stat)
                || stat.NewestChange >= (launch.Started - ClockTick).ToUnixTimeMilliseconds() * 1_000_000)
                && !new FileDigestCache(null).Has(path, input))
            {
                problems.Add(new Problem("input-changed", input.Path, "the input was changed while the command ran: the record has what it was before"));
            }
        }

        foreach (var path in outputs.Old)
        {
            problems.Add(new Problem("output-not-written", path, "the output is older than the run, which has not written it"));
        }

        return problems.ToImmutable();
    }

    private static ImmutableArray<RunEnvironment> Environments(RecordDraft early)
    {
        var run = early.Run;
        var environments = ImmutableArray.CreateBuilder<RunEnvironment>(2);
        if (run.Built is { } built)
        {
            environments.Add(new RunEnvironment(
                RunEnvironment.AtBuild, built.Capture.EnvironmentId, Sha256Digest.Of(built.Document.Span), null));
        }

        environments.Add(new RunEnvironment(
            RunEnvironment.AtRun, run.Capture.EnvironmentId, early.Document(), early.Environment.Archive));
        return environments.ToImmutable();
    }

    private static ImmutableArray<ExecutionFile> Described(FoundOutputs outputs, IReadOnlyList<RunResource> stored)
    {
        var described = ImmutableArray.CreateBuilder<ExecutionFile>(outputs.Paths.Count);
        for (var i = 0; i < outputs.Paths.Count; i++)
        {
            described.Add(new ExecutionFile(outputs.Paths[i], stored[i].Digest, stored[i].Size));
        }

        return described.MoveToImmutable();
    }

    private static ImmutableArray<ExecutionFile> Read(FoundOutputs outputs)
    {
        var digests = new FileDigestCache(null);
        var read = ImmutableArray.CreateBuilder<ExecutionFile>(outputs.Paths.Count);
        for (var i = 0; i < outputs.Paths.Count; i++)
        {
            read.Add(digests.Of(outputs.Sources[i].Path, outputs.Paths[i], CancellationToken.None));
        }

        return read.MoveToImmutable();
    }

    private static void AddLog(List<ResultSource> files, string path)
    {
        if (File.Exists(path))
        {
            files.Add(new ResultSource(path, RunFileNames.Log, 0));
        }
    }

    private static long? Processors(Capture capture)
    {
        var limits = capture.Host.Limits;
        var count = limits.AffinityCount ?? (capture.Host.Cpu.LogicalCount > 0 ? capture.Host.Cpu.LogicalCount : null);
        var allowed = count * 1000L;
        return limits.CpuQuotaMillis is { } quota && (allowed is null || quota < allowed) ? quota : allowed;
    }
}

/// <summary>What to say of a run that crashed in compiled code.</summary>
internal static class CrashHint
{
    /// <summary>A line; <see langword="null"/> where there is nothing to say.</summary>
    public static string? Of(ChildExit exit, Capture capture)
    {
        if (exit.Signal == "SIGKILL")
        {
            return "the run was killed (SIGKILL): if nobody did, the system ran out of memory";
        }

        if (exit.Signal is not ("SIGSEGV" or "SIGABRT" or "SIGBUS" or "SIGFPE" or "SIGILL"))
        {
            return null;
        }

        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var library in capture.NativeLibraries.Libraries)
        {
            if (NumericRuntimeNames.KindOf(Path.GetFileName(library.Path)) is { } kind && NumericRuntimeNames.IsOpenMp(kind))
            {
                found.Add(library.Path);
            }
        }

        return found.Count > 1
            ? $"the run crashed ({exit.Signal}), and its environment has {found.Count} OpenMP runtimes, which crash where they "
                + $"meet in one process: {string.Join(", ", found)}; `firn doctor` says who brings them"
            : $"the run crashed in compiled code ({exit.Signal})";
    }
}
