namespace Firn.Analyses.Launching;

/// <summary>
/// Ends the processes of a run when firn itself is killed by a signal that it cannot catch: a small shell waits at a pipe,
/// which then ends, and ends all processes that bear the run's variable, however deep and in whatever session they are.
/// Linux only, and only where there is a shell.
/// </summary>
internal sealed unsafe class RunGuard : IDisposable
{
    /// <summary>The variable by which the processes of a run are known.</summary>
    public const string Variable = "FIRN_RUN_ID";

    private const string Shell = "/bin/sh";

    // A line says that all is well; the end of the pipe without one, that firn is gone.
    private const string Script =
        """
        trap '' HUP INT QUIT TERM USR1 USR2 PIPE
        read -r line && exit 0
        for signal in TERM KILL; do
          for file in /proc/[0-9]*/environ; do
            if grep -qszxF "FIRN_RUN_ID=$1" "$file" 2>/dev/null; then
              process=${file#/proc/}
              kill -$signal "${process%/environ}" 2>/dev/null
            fi
          done
          [ $signal = KILL ] || sleep 1
        done
        """;

    private readonly LaunchedProcesses _processes;
    private readonly ChildProcess _process;
    private readonly PipeEnds _pipe;

    private RunGuard(LaunchedProcesses processes, ChildProcess process, PipeEnds pipe)
    {
        _processes = processes;
        _process = process;
        _pipe = pipe;
    }

    /// <summary>Starts the guard of a run; <see langword="null"/> where there can be none.</summary>
    public static RunGuard? TryStart(LaunchedProcesses processes, string runId)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(Shell))
        {
            return null;
        }

        var pipe = PipeEnds.Make();
        var process = processes.TryStart(
            new ChildStart
            {
                Path = Shell,
                Arguments = ["sh", "-c", Script, "firn-guard", runId],
                Variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin" },
                Folder = "/",
                Input = pipe.Reader,
                Output = -1,
                Error = -1,
                HasOwnGroup = true,
            },
            out _);
        pipe.CloseReader();
        if (process is not null)
        {
            return new RunGuard(processes, process, pipe);
        }

        pipe.Dispose();
        return null;
    }

    /// <summary>Says that all is well.</summary>
    public void Dispose()
    {
        var line = (byte)'\n';
        _ = PosixCalls.Write(_pipe.Writer, &line, 1);
        _pipe.Dispose();
        _process.Wait();
        _processes.Forget(_process);
    }
}
