using System.CommandLine;
using System.Runtime.InteropServices;
using Firn.Common;
using Firn.Common.Native;
using Firn.Runs.Observation;

namespace Firn.Cli.Commands;

/// <summary>
/// <c>firn trace-run FOLDER -- COMMAND...</c>: the process that <c>firn run --observe=trace</c> puts before a command. It
/// ends as the command does, by the same signal where one ended it.
/// </summary>
internal static class TraceCommand
{
    public const string Name = RunObserver.TraceCommandName;

    // SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM: what a launcher passes on.
    private static readonly int[] Signals = [1, 2, 3, 10, 12, 15];

    public static Command Create(CommandContext context)
    {
        var folder = new Argument<string>("FOLDER");
        var rest = new Argument<string[]>("COMMAND") { Arity = ArgumentArity.OneOrMore };
        var command = new Command(Name, "Runs a command and writes down what it executes.") { folder, rest };
        command.Hidden = true;
        command.SetAction(parsed => Run(context, parsed.GetRequiredValue(folder), parsed.GetRequiredValue(rest)));
        return command;
    }

    private static int Run(CommandContext context, string folder, string[] command)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new FirnException("processes can be traced on Linux only", "observe the run without --observe=trace", FailureKind.InvalidRequest);
        }

        using var tracer = new Tracer(folder);
        var registrations = Register(tracer);
        var status = tracer.Run(command, context.SystemContext);
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
