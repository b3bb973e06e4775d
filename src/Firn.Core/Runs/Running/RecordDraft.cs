using Firn.Captures;
using Firn.Common;
using Firn.Runs.Building;
using Firn.Runs.Code;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Storage.Results;

namespace Firn.Runs.Running;

/// <summary>
/// The files of a run's record that are known when its command starts: made in memory on a thread of their own, so that a
/// command which ends at once does not wait for them. Nothing is written before the command has ended.
/// </summary>
internal sealed class RecordDraft : IDisposable
{
    private readonly CodeArchiver _codeKeeper;
    private readonly ArchivedCode? _knownCode;
    private SideTask<DraftedFiles>? _work;

    public RecordDraft(
        PreparedRun run, ArchivedEnvironment environment, CodeArchiver codeKeeper, ArchivedCode? code)
    {
        Run = run;
        Environment = environment;
        _codeKeeper = codeKeeper;
        _knownCode = code;
    }

    /// <summary>What was known before.</summary>
    public PreparedRun Run { get; }

    /// <summary>What became of its environment's bytes.</summary>
    public ArchivedEnvironment Environment { get; }

    /// <summary>What was changed in its environment while it ran, as far as that was looked for.</summary>
    public IReadOnlyList<Problem> Changes { get; set; } = [];

    /// <summary>Begins, when the command has been started.</summary>
    public void Start() => _work = new SideTask<DraftedFiles>("firn record", Make);

    /// <summary>The capture, the configuration and the code.</summary>
    public IReadOnlyList<ResultSource> Files() => Drafted().Files;

    /// <summary>The digest of the capture's document.</summary>
    public Sha256Digest Document() => Drafted().Document;

    /// <summary>What became of the code's bytes; <see langword="null"/> where no run is kept.</summary>
    public ArchivedCode? Code() => Drafted().Code;

    public void Dispose() => _work?.Join();

    private DraftedFiles Drafted() => _work?.Wait() ?? throw new InvalidOperationException("the draft was not begun");

    private DraftedFiles Make()
    {
        var code = _knownCode;
        if (code is { IsNew: false, Document: { } known } && !_codeKeeper.Confirm(known))
        {
            code = new ArchivedCode(null, IsNew: true, CodeArchiver.Gone(Run.Task.Project.Folder));
        }

        var files = new List<ResultSource>();
        var captured = CaptureFiles.Create(Run.Capture);
        foreach (var file in captured)
        {
            files.Add(ResultSource.OfBytes(file.Name, file.Content));
        }

        files.Add(ResultSource.OfBytes(
            RunFileNames.Configuration,
            AnalysisBuilder.Configuration(Run.Task.Project, Run.Task.Analysis, Run.Capture, captured)));
        if (Run.Code.Patch is { } patch)
        {
            files.Add(ResultSource.OfBytes(RunFileNames.Patch, patch));
        }

        foreach (var file in Run.Code.Untracked)
        {
            files.Add(ResultSource.OfBytes($"{RunFileNames.CodeFolder}/{file.Name}", file.Content));
        }

        return new DraftedFiles(files, Sha256Digest.Of(captured[^1].Content.Span), code);
    }

    private sealed record DraftedFiles(IReadOnlyList<ResultSource> Files, Sha256Digest Document, ArchivedCode? Code);
}
