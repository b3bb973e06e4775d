using Firn.Common;
using Firn.Common.Native;

namespace Firn.Runs.Launching;

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

        ProcessCalls.AdoptOrphans();
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
            var left = new LeftoverProcesses(processes, runId).End();
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

/// <summary>A command to run and to wait for.</summary>
internal sealed record LaunchRequest
{
    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>All variables that it gets.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The folder it runs in, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether it reads this process's standard input; else that is empty.</summary>
    public bool InheritsInput { get; init; }

    /// <summary>Whether the program is a child of what is started: the tracer, which leaves signals to its group.</summary>
    public bool IsTraced { get; init; }

    /// <summary>The file that keeps what it prints.</summary>
    public required string Log { get; init; }

    public required OutputSink Output { get; init; }

    public required OutputSink Error { get; init; }

    /// <summary>Whether both go to one place, and so one pipe keeps their order.</summary>
    public bool HasOneOutput { get; init; }

    /// <summary>What it sees in other places than this process, whose names all else here has.</summary>
    public PrivateMounts? Mounts { get; init; }

    /// <summary>Is told the process's number when it has started.</summary>
    public Action<int>? Started { get; init; }
}

/// <summary>What came of a command.</summary>
/// <param name="Exit">How it ended.</param>
/// <param name="Started">When it was started.</param>
/// <param name="Ended">When it had ended.</param>
/// <param name="Leftovers">The processes that it left behind and that were ended, a line each.</param>
/// <param name="Log">The file of what it printed: the one that was asked for, or a copy where the run has removed that.</param>
/// <param name="LogFailure">Why the log is not whole; <see langword="null"/> where it is.</param>
internal sealed record LaunchResult(
    ChildExit Exit, DateTimeOffset Started, DateTimeOffset Ended, IReadOnlyList<string> Leftovers, string Log, string? LogFailure);

/// <summary>The processes that this firn has started and waits for itself.</summary>
/// <param name="ownsAll">
/// Whether any other child of this process is left over by a run. Else it may be the program's that uses the library, or another
/// run's beside: then only what bears a run's variable is that run's.
/// </param>
internal sealed class LaunchedProcesses(bool ownsAll)
{
    private readonly Lock _lock = new();
    private readonly List<int> _ids = [];
    private int _runs;

    /// <summary>Whether any other child of this process is left over by a run.</summary>
    public bool OwnsAll => ownsAll;

    /// <summary>Whether a single run is under way.</summary>
    public bool IsAlone
    {
        get
        {
            lock (_lock)
            {
                return _runs <= 1;
            }
        }
    }

    public void StartRun()
    {
        lock (_lock)
        {
            _runs++;
        }
    }

    public void EndRun()
    {
        lock (_lock)
        {
            _runs--;
        }
    }

    /// <summary>Starts a process so that nobody takes it for left over.</summary>
    public ChildProcess? TryStart(ChildStart start, out int error)
    {
        lock (_lock)
        {
            var process = ChildProcess.TryStart(start, out error);
            if (process is not null)
            {
                _ids.Add(process.Id);
            }

            return process;
        }
    }

    /// <summary>Forgets a process that has been waited for.</summary>
    public void Forget(ChildProcess process)
    {
        lock (_lock)
        {
            _ids.Remove(process.Id);
        }
    }

    public bool Contains(int id)
    {
        lock (_lock)
        {
            return _ids.Contains(id);
        }
    }
}
