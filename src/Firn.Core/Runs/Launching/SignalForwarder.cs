using System.Globalization;
using System.Runtime.InteropServices;
using Firn.Common.Files;
using Firn.Common.Native;

namespace Firn.Runs.Launching;

/// <summary>
/// Passes signals on to the processes that are running, and lets this process live to record what came of it. Before the
/// first run and between runs they cancel; the second one then ends this process at once.
/// <para>
/// A command in this process's own group gets what the terminal sends from the terminal. Ctrl-Z stops this process when,
/// and only when, it has stopped the command, which may first put its screen in order, or ignore it.
/// </para>
/// </summary>
public sealed class SignalForwarder : IDisposable
{
    private const int Hangup = 1;
    private const int Quit = 3;

    /// <summary>Milliseconds in which the processes of a group have all got what was sent to it.</summary>
    private const int Settling = 20;
    private const int HalfStartedLooks = 25;
    private readonly Lock _lock = new();
    private readonly Lock _stopping = new();
    private readonly ulong _ignored;
    private readonly List<Target> _targets = [];
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly CancellationTokenSource _source = new();
    private PosixSignalRegistration? _stop;
    private int _runs;

    /// <summary>Takes this process's signals from now on: for a program that does nothing but run.</summary>
    public SignalForwarder()
        : this(listens: true)
    {
    }

    /// <param name="listens">Whether this process's signals are taken.</param>
    internal SignalForwarder(bool listens)
    {
        if (!listens)
        {
            return;
        }

        _ignored = IgnoredAtStart();
        Register(PosixSignal.SIGHUP, Hangup);
        Register(PosixSignal.SIGINT, ProcessCalls.Interrupt);
        Register(PosixSignal.SIGQUIT, Quit);
        Register(PosixSignal.SIGTERM, ProcessCalls.Terminate);
        var (first, second) = OperatingSystem.IsMacOS() ? (30, 31) : (10, 12);
        Register((PosixSignal)first, first);
        Register((PosixSignal)second, second);
        Register((PosixSignal)ProcessCalls.Continue, ProcessCalls.Continue);
        RegisterStop();
    }

    /// <summary>Is cancelled when a signal asks to end; runs that have not started are not started then.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The first signal that asked to end, for example 15; 0 where none did.</summary>
    public int Received { get; private set; }

    /// <summary>Asks what runs to end, as SIGTERM to this process would.</summary>
    internal void End()
    {
        lock (_lock)
        {
            Received = Received == 0 ? ProcessCalls.Terminate : Received;
            _targets.ForEach(static target => Send(target, ProcessCalls.Terminate));
        }

        _source.Cancel();
    }

    /// <summary>A run starts: until it is recorded no signal ends this process.</summary>
    internal void StartRun()
    {
        lock (_lock)
        {
            _runs++;
        }
    }

    /// <summary>A run has been recorded.</summary>
    internal void EndRun()
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
    internal void Add(ChildProcess process, bool hasOwnGroup, bool isTraced)
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
    internal void Remove(ChildProcess process)
    {
        lock (_lock)
        {
            _targets.RemoveAll(target => target.Id == process.Id);
        }
    }

    /// <summary>
    /// A command in this process's group has been stopped: the shell that waits for this process is told so, by stopping it
    /// too. Returns when it has been continued.
    /// </summary>
    /// <param name="process">The command.</param>
    /// <param name="signal">What stopped it.</param>
    internal void StopWith(ChildProcess process, int signal)
    {
        var byKeyboard = signal == ProcessCalls.TerminalStop || signal is ProcessCalls.TerminalInput or ProcessCalls.TerminalOutput;
        // SIGSTOP is sent by whoever controls the command alone, and will continue it alone; unless the shell waits.
        if (!byKeyboard && !Terminal.IsOurs())
        {
            return;
        }

        // Of several commands that were stopped together one is told first, and all are continued together.
        Thread.Sleep(Settling);
        if (ProcFiles.IsStopped(process.Id))
        {
            // Not SIGSTOP: without a shell above (an orphaned group) that would be for ever, and this one the system drops.
            StopItself(byKeyboard ? signal : ProcessCalls.TerminalStop);
        }
    }

    /// <summary>Leaves the signals to whoever had them.</summary>
    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _stop?.Dispose();
        _source.Dispose();
    }

    /// <summary>
    /// A shell that was starting a program by vfork(2) waits for it without being stopped itself, so nobody would be told:
    /// Ctrl-Z would hang until the window is closed.
    /// </summary>
    private void StopWithHalfStarted()
    {
        for (var i = 0; i < HalfStartedLooks; i++)
        {
            Thread.Sleep(Settling);
            bool isHanging;
            lock (_lock)
            {
                isHanging = _targets.Exists(static target => !target.HasOwnGroup && ProcFiles.WaitsForStoppedChild(target.Id));
            }

            if (isHanging)
            {
                StopItself(ProcessCalls.TerminalStop);
                return;
            }
        }
    }

    /// <summary>Stops this process as the signal does by default; returns when it has been continued.</summary>
    private void StopItself(int signal)
    {
        lock (_stopping)
        {
            _stop?.Dispose();
            _ = ProcessCalls.SendSignal(Environment.ProcessId, signal);
            Thread.Sleep(Settling);
            RegisterStop();
        }
    }

    /// <summary>Not for ever, as the others: while this process stops itself the signal has to do what it does by default.</summary>
    private void RegisterStop()
    {
        var number = ProcessCalls.TerminalStop;
        if ((_ignored & (1ul << (number - 1))) == 0)
        {
            _stop = PosixSignalRegistration.Create((PosixSignal)number, context => Handle(context, number));
        }
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
        bool stopsItself;
        lock (_lock)
        {
            context.Cancel = !asksToEnd || _runs > 0 || Received == 0;
            if (asksToEnd && Received == 0)
            {
                Received = number;
            }

            var isFromKeys = IsKey(number) && Terminal.IsOurs();
            foreach (var target in _targets)
            {
                if (target.HasOwnGroup || !(isFromKeys || (number == ProcessCalls.Continue && !ProcFiles.IsStopped(target.Id))))
                {
                    Send(target, number);
                }
            }

            stopsItself = number == ProcessCalls.TerminalStop && _targets.Count == 0;
        }

        if (stopsItself)
        {
            // Nothing runs that would have to stop first.
            StopItself(number);
        }
        else if (number == ProcessCalls.TerminalStop)
        {
            StopWithHalfStarted();
        }

        if (asksToEnd)
        {
            _source.Cancel();
        }
    }

    /// <summary>Whether a terminal sends it, to all in the group in its foreground, when a key is pressed.</summary>
    private static bool IsKey(int number) => number is ProcessCalls.Interrupt or Quit || number == ProcessCalls.TerminalStop;

    private static void Send(Target target, int number)
    {
        // SIGUSR1 and SIGUSR2 end whoever does not expect them: they are for the program that was named.
        var isForAll = AsksToEnd(number) || number == ProcessCalls.TerminalStop || number == ProcessCalls.Continue;
        var toGroup = target.HasOwnGroup && (target.IsTraced || isForAll);
        // Who was stopped with this process, the command's own children too, is continued with it.
        var isOurGroup = !target.HasOwnGroup && number == ProcessCalls.Continue;
        _ = ProcessCalls.SendSignal(isOurGroup ? 0 : toGroup ? -target.Id : target.Id, number);
    }

    private static bool AsksToEnd(int number) => number is Hangup or ProcessCalls.Interrupt or Quit or ProcessCalls.Terminate;

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

/// <summary>The terminal of this process's session, whose keys and job control reach process groups.</summary>
internal static class Terminal
{
    private const string Device = "/dev/tty";

    /// <summary>
    /// Whether there is one, in the foreground or not. A command must then stay in this process's group: only so may it
    /// read when the shell puts the job into the foreground, is stopped and continued with it, and gets Ctrl-C from the
    /// terminal itself.
    /// </summary>
    public static bool Exists() => ForegroundGroup() > 0;

    /// <summary>Whether this process's group is the one in its foreground.</summary>
    public static bool IsOurs() => ForegroundGroup() == ProcessCalls.OwnGroup();

    /// <summary>The group in the foreground; 0 or less where there is no terminal.</summary>
    private static int ForegroundGroup()
    {
        // Not standard input: that may be a file, and the command ask for a password on the terminal all the same.
        var terminal = Libc.Open(Device, OpenFlags.ReadWithoutWaiting);
        if (terminal < 0)
        {
            return 0;
        }

        var group = ProcessCalls.ForegroundGroup(terminal);
        _ = Libc.Close(terminal);
        return group;
    }
}
