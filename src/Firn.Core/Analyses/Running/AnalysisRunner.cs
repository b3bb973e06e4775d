using Firn.Analyses.Launching;
using Firn.Common;
using Firn.Storage;

namespace Firn.Analyses.Running;

/// <summary>Runs what has been prepared, and keeps what came of it.</summary>
internal sealed class AnalysisRunner(
    RunSettings settings, Launcher launcher, EnvironmentKeeper keeper, SignalForwarder signals, TimeProvider clock)
{
    /// <summary>Runs it.</summary>
    /// <param name="run">What has been prepared.</param>
    /// <param name="store">Where it is kept.</param>
    /// <param name="archiving">Is told before files of the environment are read, and how many bytes.</param>
    /// <exception cref="FirnException">It could not be started.</exception>
    /// <exception cref="OperationCanceledException">A signal came before it was started.</exception>
    public RunOutcome Run(PreparedRun run, Store store, Action<long> archiving)
    {
        var task = run.Task;
        var user = task.Surroundings ?? settings.Surroundings;
        var variables = RunPreparer.With(user, run.Variables).Variables;
        // A command that is not there should not cost an archive first.
        _ = ProgramFinder.Find(task.Analysis.Command[0], task.Folder, variables);
        var environment = keeper.Keep(run.Capture, store, archiving, signals.Token);
        signals.Token.ThrowIfCancellationRequested();
        var launch = launcher.Run(new LaunchRequest
        {
            Command = task.Analysis.Command,
            Variables = variables,
            Folder = task.Folder,
            InheritsInput = task.InheritsInput,
            Log = task.RunFolder.Log,
            Output = task.Output,
            Error = task.Error,
            HasOneOutput = task.HasOneOutput,
        });
        signals.StartRecording();
        try
        {
            return new RunRecorder(store, clock).Record(run, environment, launch, []);
        }
        finally
        {
            signals.EndRecording();
        }
    }
}
