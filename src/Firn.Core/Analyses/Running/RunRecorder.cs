using System.Collections.Immutable;
using Firn.Analyses.Building;
using Firn.Analyses.Launching;
using Firn.Analyses.Observation;
using Firn.Analyses.Records;
using Firn.Captures;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;
using Firn.Storage.Results;

namespace Firn.Analyses.Running;

/// <summary>Keeps a run that has ended, failed or not: outputs, log, captures, code, and what was done, as one record.</summary>
internal sealed class RunRecorder(Store store, bool keeps, TimeProvider clock)
{
    /// <summary>Keeps a run.</summary>
    /// <param name="run">What was known before.</param>
    /// <param name="environment">What became of its environment's bytes.</param>
    /// <param name="launch">How the command ended.</param>
    /// <param name="observation">What it was seen to use; <see langword="null"/> where nobody looked.</param>
    public RunOutcome Record(
        PreparedRun run, KeptEnvironment environment, LaunchResult launch, RunObservation? observation)
    {
        var task = run.Task;
        var outputs = OutputFinder.Find(task, launch.Started);
        var status = launch.Exit.ExitCode == 0 && outputs.Missing.Count == 0 ? RunStatus.Succeeded : RunStatus.Failed;
        var execution = Describe(run, environment, launch, outputs);
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
            return Keep(outcome, run, environment, outputs);
        }
        catch (FirnException exception)
        {
            return outcome with { StoreFailure = exception };
        }
    }

    private RunOutcome Keep(
        RunOutcome outcome, PreparedRun run, KeptEnvironment environment, FoundOutputs outputs)
    {
        var captured = CaptureFiles.Create(run.Capture);
        var files = new List<ResultSource>(outputs.Sources);
        foreach (var file in captured)
        {
            files.Add(ResultSource.OfBytes(file.Name, file.Content));
        }

        files.Add(ResultSource.OfBytes(
            RunFileNames.Configuration,
            AnalysisBuilder.Configuration(run.Task.Project, run.Task.Analysis, run.Capture, captured)));
        AddCode(files, run.Code);
        AddLog(files, run.Task.RunFolder.Log);
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
            Environments = Environments(run, environment, captured[^1].Content),
        };
        var execution = outcome.Execution;
        var added = new ResultAdder(store, clock).Add(
            draft,
            files,
            stored =>
            {
                execution = execution with { Outputs = Described(outputs, stored) };
                return [ResultSource.OfBytes(RunFileNames.Execution, ExecutionWriter.Write(execution))];
            },
            static _ => { },
            CancellationToken.None);
        return outcome with { Stored = added.Run, Execution = execution };
    }

    private static Execution Describe(PreparedRun run, KeptEnvironment environment, LaunchResult launch, FoundOutputs outputs)
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

        foreach (var path in outputs.Old)
        {
            problems.Add(new Problem("output-not-written", path, "the output is older than the run, which has not written it"));
        }

        var folder = Path.GetRelativePath(task.Project.Folder, task.Folder);
        return new Execution
        {
            Subject = task.Analysis.Subject,
            Name = task.Analysis.Name,
            RerunOf = task.RerunOf,
            IsAdHoc = task.IsAdHoc,
            Command = task.Analysis.Command,
            WorkingDirectory = folder.StartsWith("..", StringComparison.Ordinal) ? task.Folder : folder,
            ProjectFolder = task.Project.Folder,
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
            ChangesSinceBuild = run.Changes,
            Problems = problems.ToImmutable(),
        };
    }

    private ImmutableArray<RunEnvironment> Environments(
        PreparedRun run, KeptEnvironment environment, ReadOnlyMemory<byte> document)
    {
        var environments = ImmutableArray.CreateBuilder<RunEnvironment>(2);
        if (run.Built is { } built)
        {
            environments.Add(new RunEnvironment(
                RunEnvironment.AtBuild, built.Capture.EnvironmentId, store.Files.Add(built.Document.Span), null));
        }

        environments.Add(new RunEnvironment(
            RunEnvironment.AtRun, run.Capture.EnvironmentId, Sha256Digest.Of(document.Span), environment.Archive));
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
        var digests = new FileDigests(null);
        var read = ImmutableArray.CreateBuilder<ExecutionFile>(outputs.Paths.Count);
        for (var i = 0; i < outputs.Paths.Count; i++)
        {
            read.Add(digests.Of(outputs.Sources[i].Path, outputs.Paths[i], CancellationToken.None));
        }

        return read.MoveToImmutable();
    }

    private static void AddCode(List<ResultSource> files, CodeState code)
    {
        if (code.Patch is { } patch)
        {
            files.Add(ResultSource.OfBytes(RunFileNames.Patch, patch));
        }

        foreach (var file in code.Untracked)
        {
            files.Add(ResultSource.OfBytes($"{RunFileNames.CodeFolder}/{file.Name}", file.Content));
        }
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
