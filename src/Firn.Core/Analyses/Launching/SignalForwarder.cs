using System.Globalization;
using System.Runtime.InteropServices;
using Firn.Common;

namespace Firn.Analyses.Launching;

/// <summary>
/// Passes signals on to the processes that are running, and lets this process live to record what came of it. Before the
/// first run and between runs they cancel; the second one then ends this process at once.
/// </summary>
internal sealed class SignalForwarder : IDisposable
{
    private const int Hangup = 1;
    private const int Quit = 3;
    private readonly Lock _lock = new();
    private readonly ulong _ignored;
    private readonly List<Target> _targets = [];
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly CancellationTokenSource _source = new();
    private int _runs;

    public SignalForwarder()
    {
        _ignored = IgnoredAtStart();
        Register(PosixSignal.SIGHUP, Hangup);
        Register(PosixSignal.SIGINT, PosixCalls.Interrupt);
        Register(PosixSignal.SIGQUIT, Quit);
        Register(PosixSignal.SIGTERM, PosixCalls.Terminate);
        var (first, second) = OperatingSystem.IsMacOS() ? (30, 31) : (10, 12);
        Register((PosixSignal)first, first);
        Register((PosixSignal)second, second);
    }

    /// <summary>Is cancelled when a signal asks to end; runs that have not started are not started then.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The first signal that asked to end, for example 15; 0 where none did.</summary>
    public int Received { get; private set; }

    /// <summary>A run starts: until it is recorded no signal ends this process.</summary>
    public void StartRun()
    {
        lock (_lock)
        {
            _runs++;
        }
    }

    /// <summary>A run has been recorded.</summary>
    public void EndRun()
    {
        lock (_lock)
        {
            _runs--;
        }
    }

    /// <summary>Passes signals on to a process from now on.</summary>
    /// <param name="process">The process.</param>
    /// <param name="hasOwnGroup">Whether it leads a group, which gets what a terminal's keys would send.</param>
    /// <param name="isTraced">Whether the program that was named is a child of it, in the same group.</param>
    public void Add(ChildProcess process, bool hasOwnGroup, bool isTraced)
    {
        lock (_lock)
        {
            _targets.Add(new Target(process.Id, hasOwnGroup, isTraced));
            if (Received != 0)
            {
                Send(_targets[^1], Received);
            }
        }
    }

    /// <summary>The process has ended, or is about to be waited for the last time.</summary>
    public void Remove(ChildProcess process)
    {
        lock (_lock)
        {
            _targets.RemoveAll(target => target.Id == process.Id);
        }
    }

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }

    private void Register(PosixSignal signal, int number)
    {
        if ((_ignored & (1ul << (number - 1))) == 0)
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context => Handle(context, number)));
        }
    }

    private void Handle(PosixSignalContext context, int number)
    {
        var asksToEnd = AsksToEnd(number);
        lock (_lock)
        {
            context.Cancel = !asksToEnd || _runs > 0 || Received == 0;
            if (asksToEnd && Received == 0)
            {
                Received = number;
            }

            foreach (var target in _targets)
            {
                if (target.HasOwnGroup || number is not (PosixCalls.Interrupt or Quit))
                {
                    Send(target, number);
                }
            }
        }

        if (asksToEnd)
        {
            _source.Cancel();
        }
    }

    private static void Send(Target target, int number)
    {
        // SIGUSR1 and SIGUSR2 end whoever does not expect them: they are for the program that was named.
        var toGroup = target.HasOwnGroup && (target.IsTraced || AsksToEnd(number));
        _ = PosixCalls.SendSignal(toGroup ? -target.Id : target.Id, number);
    }

    private static bool AsksToEnd(int number) => number is Hangup or PosixCalls.Interrupt or Quit or PosixCalls.Terminate;

    /// <summary>What was to be ignored when this process was started, as <c>nohup</c> has it, stays ignored.</summary>
    private static ulong IgnoredAtStart()
    {
        const string field = "SigIgn:";
        var status = OperatingSystem.IsLinux() ? BoundedFile.ReadText("/proc/self/status", 64 * 1024) : null;
        var at = status?.IndexOf(field, StringComparison.Ordinal) ?? -1;
        return at >= 0
            && ulong.TryParse(
                status.AsSpan(at + field.Length, 18).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits)
            ? bits
            : 0;
    }

    private sealed record Target(int Id, bool HasOwnGroup, bool IsTraced);
}
