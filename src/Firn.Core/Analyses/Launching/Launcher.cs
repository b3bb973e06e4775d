using Firn.Common;

namespace Firn.Analyses.Launching;

/// <summary>
/// Starts commands and waits for them: what they print is passed on and kept, signals reach them, and nothing of them is
/// left when they have ended.
/// </summary>
internal sealed class Launcher(SignalForwarder signals, LaunchedProcesses processes, TimeProvider clock)
{
    private static readonly TimeSpan RestOfOutput = TimeSpan.FromSeconds(2);

    /// <summary>Whether a command can be given mounts of its own: the kernel may forbid it, and a security module too.</summary>
    public static bool AreAllowed(PrivateMounts mounts)
    {
        try
        {
            return ChildProcess.CanMount(mounts);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Runs one command to its end.</summary>
    /// <exception cref="FirnException">It cannot be started.</exception>
    public LaunchResult Run(LaunchRequest request)
    {
        // Of its own: a run inside a run has its own processes.
        var runId = UniqueId.Next();
        var variables = new Dictionary<string, string>(request.Variables, StringComparer.Ordinal) { [RunGuard.Variable] = runId };
        var mounts = request.Mounts;
        var path = ProgramFinder.Find(mounts?.ToOutside(request.Command[0]) ?? request.Command[0], request.Folder, variables);
        using var log = RunLog.Create(request.Log);
        using var output = PipeEnds.Make();
        using var error = request.HasOneOutput ? null : PipeEnds.Make();
        var pump = new OutputPump(log);
        pump.Add(output, request.Output);
        if (error is not null)
        {
            pump.Add(error, request.Error);
        }

        PosixCalls.AdoptOrphans();
        processes.StartRun();
        try
        {
            using var guard = RunGuard.TryStart(processes, runId);
            var hasOwnGroup = !Terminal.Exists();
            var started = clock.GetUtcNow();
            var child = processes.TryStart(
                new ChildStart
                {
                    Path = mounts?.ToInside(path) ?? path,
                    Arguments = request.Command,
                    Variables = variables,
                    Folder = mounts?.ToInside(request.Folder) ?? request.Folder,
                    Mounts = mounts,
                    Input = request.InheritsInput ? null : -1,
                    Output = output.Writer,
                    Error = (error ?? output).Writer,
                    HasOwnGroup = hasOwnGroup,
                },
                out var refusal) ?? throw ProgramFinder.Refused(path, refusal);
            output.CloseWriter();
            error?.CloseWriter();
            signals.Add(child, hasOwnGroup, request.IsTraced);
            pump.Start();
            request.Started?.Invoke(child.Id);
            var exit = child.Wait(hasOwnGroup ? null : signal => signals.StopWith(child, signal));
            signals.Remove(child);
            processes.Forget(child);
            var ended = clock.GetUtcNow();
            var left = new Leftovers(processes, runId).End();
            pump.Finish(RestOfOutput);
            var kept = log.PutBack(request.Folder);
            return new LaunchResult(exit, started, ended, left, kept, log.Failure);
        }
        finally
        {
            processes.EndRun();
        }
    }
}
