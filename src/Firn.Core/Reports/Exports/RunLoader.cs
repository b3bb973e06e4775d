using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Runs.Code;
using Firn.Runs.Records;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Reports.Exports;

/// <summary>Reads a run of a store, with its documents.</summary>
internal sealed class RunLoader(Store store)
{
    /// <summary>The run; without a number the newest that is kept, whether it succeeded or not.</summary>
    /// <exception cref="FirnException">There is no such run, or one of its documents is damaged.</exception>
    public ExportedRun Load(AnalysisReference reference)
    {
        var run = store.Runs(reference.Subject, reference.Name).Get(reference.Number);
        var document = run.Record.Resource(RunFileNames.Execution);
        return new ExportedRun
        {
            Run = run,
            // Anybody may add a file of that name: it counts where Firn ran the run.
            Execution = document is not null && run.Record.Kind == RunKinds.Run
                ? ExecutionReader.Read(store.Files.Read(document.Digest, ExecutionReader.Limit), store.Files.PathOf(document.Digest))
                : null,
            Capture = ReadCapture(run.Record)?.Capture,
            Code = run.Record.Code is { } code
                ? CodeDocument.Read(store.Files.Read(code, CodeDocument.Limit), store.Files.PathOf(code))
                : null,
        };
    }

    /// <summary>The capture of a run's environment.</summary>
    /// <exception cref="FirnException">There is no such run, or none of its environment.</exception>
    public CaptureDocument LoadCapture(AnalysisReference reference)
    {
        var runs = store.Runs(reference.Subject, reference.Name);
        var run = runs.Get(reference.Number);
        return ReadCapture(run.Record) ?? throw new FirnException(
            $"the run {runs.Reference}@{run.Record.Number} has no environment", "name an environment, or a capture's folder");
    }

    private CaptureDocument? ReadCapture(RunRecord record)
    {
        var environment = record.RanIn ?? record.Environments.FirstOrDefault();
        if ((environment?.Capture ?? record.Resource(Capture.FileName)?.Digest) is not { } digest)
        {
            return null;
        }

        // asimov's own environment.json has the name too, and is not a capture.
        return environment?.Capture is null
            && store.Files.Read(digest, CaptureReader.StoredLimit) is var bytes
            && bytes.AsSpan(0, Math.Min(128, bytes.Length)).IndexOf("firn.environment/"u8) < 0
            ? null
            : CaptureReader.Read(store, digest);
    }
}

/// <summary>A run of the store with what its files say of it.</summary>
internal sealed record ExportedRun
{
    public required StoredRun Run { get; init; }

    /// <summary>What it did; <see langword="null"/> for files that were added by hand.</summary>
    public Execution? Execution { get; init; }

    /// <summary>The environment that it ran in, else that it was built in; <see langword="null"/> where none was kept.</summary>
    public Capture? Capture { get; init; }

    /// <summary>The files of the code; <see langword="null"/> where the store has only their commit.</summary>
    public CodeDocument? Code { get; init; }

    public RunRecord Record => Run.Record;

    /// <summary>As command lines name it.</summary>
    public string Reference => $"{Record.Subject}/{Record.Name}@{Record.Number}";

    /// <summary>The files that the analysis made; what Firn put beside them is not among them.</summary>
    public ImmutableArray<RunResource> Outputs
    {
        get
        {
            if (Execution is null)
            {
                return [.. Record.Resources.Where(static resource => !RunFiles.IsOfFirn(resource.Name))];
            }

            var names = Execution.Outputs.Select(static output => RunResourceNames.OfOutput(output.Path)).ToHashSet(StringComparer.Ordinal);
            return [.. Record.Resources.Where(resource => names.Contains(resource.Name))];
        }
    }
}
