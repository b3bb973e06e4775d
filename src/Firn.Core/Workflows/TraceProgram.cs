using System.Runtime.InteropServices;
using Firn.Common;
using Firn.Common.Native;
using Firn.Runs.Observation;

namespace Firn.Workflows;

/// <summary>
/// What <see cref="RunOptions.FirnCommand"/> has to do where a run is traced: it is started as
/// <c>FirnCommand trace-run FOLDER -- COMMAND...</c>, and stands between the run and its command.
/// </summary>
/// <param name="systemContext">Variables and current folder, which the command gets.</param>
public sealed class TraceProgram(SystemContext systemContext)
{
    /// <summary>The argument that asks for it, before the folder.</summary>
    public const string CommandName = RunObserver.TraceCommandName;

    // SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM: what a launcher passes on.
    private static readonly int[] Signals = [1, 2, 3, 10, 12, 15];

    /// <summary>
    /// Runs the command with this process's streams, and writes into the folder what it executes. Signals are passed on; where
    /// one ends the command, it ends this process, too.
    /// </summary>
    /// <param name="folder">The folder that the run named.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <returns>The command's exit code, 0 to 255.</returns>
    /// <exception cref="FirnException">It cannot be started, or this is not Linux.</exception>
    public int Run(string folder, IReadOnlyList<string> command)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new FirnException("processes can be traced on Linux only", "observe the run without --observe=trace", FailureKind.InvalidRequest);
        }

        using var tracer = new Tracer(folder);
        var registrations = Register(tracer);
        var status = tracer.Run(command, systemContext);
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        return (status & 0x7f) is > 0 and var signal ? EndBy(signal) : status >> 8;
    }

    /// <summary>
    /// The leader of a group gets what the whole group gets, and from a terminal everybody gets Ctrl-C: then the command
    /// has it too.
    /// </summary>
    private static List<PosixSignalRegistration> Register(Tracer tracer)
    {
        var isLeader = ProcessCalls.GroupOf(0) == Environment.ProcessId;
        var registrations = new List<PosixSignalRegistration>();
        foreach (var signal in Signals)
        {
            registrations.Add(PosixSignalRegistration.Create((PosixSignal)signal, context =>
            {
                context.Cancel = true;
                if (!isLeader && signal is not (2 or 3))
                {
                    tracer.Signal(signal);
                }
            }));
        }

        return registrations;
    }

    private static int EndBy(int signal)
    {
        // PR_SET_DUMPABLE: one core file, the command's, is enough.
        _ = ProcessCalls.Control(4, 0, 0, 0, 0);
        _ = ProcessCalls.SetHandler(signal, 0);
        _ = ProcessCalls.SendSignal(Environment.ProcessId, signal);
        return 128 + signal;
    }
}
