using System.Runtime.ExceptionServices;
using Firn.Captures;
using Firn.Common;
using Firn.Runs.Building;
using Firn.Runs.Code;
using Firn.Runs.Launching;
using Firn.Runs.Observation;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Storage.Records;
using Firn.Storage.Results;

namespace Firn.Runs.Running;

/// <summary>
/// The files of a run's record that are known when its command starts: made in memory on a thread of their own, so that a
/// command which ends at once does not wait for them. Nothing is written before the command has ended.
/// </summary>
internal sealed class RecordDraft : IDisposable
{
    private readonly Thread _thread;
    private readonly List<ResultSource> _files = [];
    private readonly CodeArchiver _codeKeeper;
    private readonly bool _isObserved;
    private ArchivedCode? _code;
    private Sha256Digest? _document;
    private ExceptionDispatchInfo? _failure;
    private bool _isStarted;

    public RecordDraft(
        PreparedRun run, ArchivedEnvironment environment, CodeArchiver codeKeeper, ArchivedCode? code, bool isObserved)
    {
        Run = run;
        Environment = environment;
        _codeKeeper = codeKeeper;
        _code = code;
        _isObserved = isObserved;
        _thread = new Thread(Work) { IsBackground = true, Name = "firn record" };
    }

    /// <summary>What was known before.</summary>
    public PreparedRun Run { get; }

    /// <summary>What became of its environment's bytes.</summary>
    public ArchivedEnvironment Environment { get; }

    /// <summary>What was changed in its environment while it ran, as far as that was looked for.</summary>
    public IReadOnlyList<Problem> Changes { get; set; } = [];

    /// <summary>Begins, when the command has been started.</summary>
    public void Start()
    {
        _isStarted = true;
        _thread.Start();
    }

    /// <summary>The capture, the configuration and the code.</summary>
    public IReadOnlyList<ResultSource> Files()
    {
        Wait();
        return _files;
    }

    /// <summary>The digest of the capture's document.</summary>
    public Sha256Digest Document()
    {
        Wait();
        return _document!;
    }

    /// <summary>What became of the code's bytes; <see langword="null"/> where no run is kept.</summary>
    public ArchivedCode? Code()
    {
        Wait();
        return _code;
    }

    public void Dispose()
    {
        if (_isStarted)
        {
            _thread.Join();
        }
    }

    private void Wait()
    {
        _thread.Join();
        _failure?.Throw();
    }

    private void Work()
    {
        try
        {
            Make();
        }
#pragma warning disable CA1031 // It is thrown again in the thread that waits.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            return;
        }

        Rehearsal.Try(Rehearse);
    }

    private void Make()
    {
        if (_code is { IsNew: false, Document: { } known } && !_codeKeeper.Confirm(known))
        {
            _code = new ArchivedCode(null, IsNew: true, CodeArchiver.Gone(Run.Task.Project.Folder));
        }

        var captured = CaptureFiles.Create(Run.Capture);
        foreach (var file in captured)
        {
            _files.Add(ResultSource.OfBytes(file.Name, file.Content));
        }

        _document = Sha256Digest.Of(captured[^1].Content.Span);
        _files.Add(ResultSource.OfBytes(
            RunFileNames.Configuration,
            AnalysisBuilder.Configuration(Run.Task.Project, Run.Task.Analysis, Run.Capture, captured)));
        if (Run.Code.Patch is { } patch)
        {
            _files.Add(ResultSource.OfBytes(RunFileNames.Patch, patch));
        }

        foreach (var file in Run.Code.Untracked)
        {
            _files.Add(ResultSource.OfBytes($"{RunFileNames.CodeFolder}/{file.Name}", file.Content));
        }
    }

    /// <summary>Writes the other documents once for nothing: their code is loaded when the command ends.</summary>
    private void Rehearse()
    {
        var now = DateTimeOffset.UnixEpoch;
        var launch = new LaunchResult(new ChildExit(0, null), now, now, [], string.Empty, null);
        _ = ExecutionWriter.Write(RunRecorder.Describe(Run, Environment, launch, FoundOutputs.None));
        if (_isObserved)
        {
            var builder = new ObservationBuilder(Run.Capture, Run.Task.ShownProject, []);
            _ = ObservationDocument.Write(builder.Build(ObservationMode.Report, [], [], CancellationToken.None));
        }

        _ = RunRecordJson.Write(new RunRecord
        {
            Subject = string.Empty,
            Name = string.Empty,
            Number = 1,
            Created = now,
            Resources = [new RunResource(string.Empty, _document!, string.Empty, 0, string.Empty)],
            Environments = [new RunEnvironment(RunEnvironment.AtRun, string.Empty, _document, _document)],
        });
    }
}
