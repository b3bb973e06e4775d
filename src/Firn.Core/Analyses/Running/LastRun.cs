using Firn.Analyses.Building;
using Firn.Analyses.Records;
using Firn.Captures;
using Firn.Captures.Json;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Analyses.Running;

/// <summary>The last run of an analysis, as the store has it.</summary>
/// <param name="Record">Its record.</param>
/// <param name="Execution">What it did.</param>
/// <param name="Capture">Its environment.</param>
internal sealed record LastRun(RunRecord Record, Execution Execution, Capture Capture)
{
    private const int MostCaptureBytes = 256 * 1024 * 1024;

    /// <summary>Reads the run that a state names; <see langword="null"/> where the store does not have exactly that one.</summary>
    public static LastRun? Read(RunState? state, string reference, Store store)
    {
        if (state is not { Number: { } number, Record: { } digest } || state.Store != store.Path)
        {
            return null;
        }

        try
        {
            var parsed = AnalysisReference.ParseAnalysis(reference);
            var run = store.Runs(parsed.Subject, parsed.Name).Find(number);
            return run is { Counts: true } && run.Digest == digest ? Of(run.Record, store) : null;
        }
        catch (FirnException)
        {
            // A damaged record is found by `firn store check`; here it is as if there were none, and the analysis runs.
            return null;
        }
    }

    /// <summary>The run of a record; <see langword="null"/> where the record is not a command's.</summary>
    /// <exception cref="FirnException">One of its documents is damaged.</exception>
    public static LastRun? Of(RunRecord record, Store store)
    {
        Sha256Digest? execution = null;
        foreach (var resource in record.Resources)
        {
            execution = resource.Name == RunFileNames.Execution ? resource.Digest : execution;
        }

        var environment = AtRun(record);
        if (record.Kind != RunKinds.Run || execution is not { } document || environment?.Capture is not { } capture)
        {
            return null;
        }

        return new LastRun(
            record,
            ExecutionReader.Read(store.Files.Read(document, ExecutionReader.Limit), store.Files.PathOf(document)),
            CaptureReader.Read(store.Files.Read(capture, MostCaptureBytes), store.Files.PathOf(capture)).Capture);
    }

    /// <summary>The environment that a run ran in.</summary>
    public static RunEnvironment? AtRun(RunRecord record)
    {
        foreach (var environment in record.Environments)
        {
            if (environment.When == RunEnvironment.AtRun)
            {
                return environment;
            }
        }

        return null;
    }
}
