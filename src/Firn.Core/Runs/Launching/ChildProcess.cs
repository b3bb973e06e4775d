using System.Runtime.InteropServices;
using Firn.Common.Native;

namespace Firn.Runs.Launching;

/// <summary>
/// A child process, started by <c>posix_spawn</c>: the arguments and variables arrive as they are, and its end is known
/// exactly, which .NET's own class does not tell apart from an exit code above 128.
/// </summary>
internal sealed unsafe class ChildProcess
{
    private const int WriteOnly = 1;

    /// <summary>WIFSTOPPED: the low byte of what <c>waitpid(2)</c> tells of a stopped process.</summary>
    private const int StoppedStatus = 0x7f;

    private ChildProcess(int id) => Id = id;

    public int Id { get; }

    /// <summary>Starts a process.</summary>
    /// <param name="start">What and how.</param>
    /// <param name="error">The error number where it could not be started.</param>
    /// <returns>The process; <see langword="null"/> where it could not be started.</returns>
    public static ChildProcess? TryStart(ChildStart start, out int error)
    {
        if (start.Mounts is { } mounts)
        {
            var mounted = MountedStart.TryStart(start, mounts, isOnlyTried: false, out error);
            return mounted == 0 ? null : new ChildProcess(mounted);
        }

        using var memory = new NativeArguments();
        var actions = memory.Allocate(ProcessCalls.OpaqueSize);
        var attributes = memory.Allocate(ProcessCalls.OpaqueSize);
        try
        {
            Prepare(start, actions, attributes, memory);
            var pid = 0;
            error = SpawnIn(start, actions, attributes, memory, &pid);
            return error == 0 ? new ChildProcess(pid) : null;
        }
        finally
        {
            _ = ProcessCalls.DestroyActions(actions);
            _ = ProcessCalls.DestroyAttributes(attributes);
        }
    }

    /// <summary>Whether a process can be given such mounts: a process makes them and ends.</summary>
    public static bool CanMount(PrivateMounts mounts)
    {
        var start = new ChildStart { Path = "/", Arguments = [], Variables = new Dictionary<string, string>(StringComparer.Ordinal), Folder = "/" };
        return MountedStart.TryStart(start, mounts, isOnlyTried: true, out _) is > 0 and var process
            && new ChildProcess(process).Wait().ExitCode == 0;
    }

    /// <summary>Waits until the process has ended.</summary>
    /// <param name="stopped">Is told each time that the process has been stopped, and by which signal; then it is waited for again.</param>
    public ChildExit Wait(Action<int>? stopped = null)
    {
        while (true)
        {
            int status;
            if (ProcessCalls.WaitFor(Id, &status, stopped is null ? 0 : ProcessCalls.UntilStopped) < 0)
            {
                if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
                {
                    // Somebody else has collected it: nothing is known of its end.
                    return new ChildExit(255, null);
                }
            }
            else if ((status & 0xff) == StoppedStatus)
            {
                stopped?.Invoke((status >> 8) & 0xff);
            }
            else
            {
                return ChildExit.OfStatus(status);
            }
        }
    }

    private static void Prepare(ChildStart start, void* actions, void* attributes, NativeArguments memory)
    {
        _ = ProcessCalls.InitializeActions(actions);
        _ = ProcessCalls.InitializeAttributes(attributes);
        Redirect(actions, start.Input, 0, memory);
        Redirect(actions, start.Output, 1, memory);
        Redirect(actions, start.Error, 2, memory);

        // The runtime ignores SIGPIPE, and what is ignored stays so in a child.
        var signals = memory.Allocate(ProcessCalls.OpaqueSize);
        _ = ProcessCalls.EmptySignals(signals);
        _ = ProcessCalls.AddSignal(signals, ProcessCalls.BrokenPipe);
        _ = ProcessCalls.SetSignalDefaults(attributes, signals);
        var flags = ProcessCalls.SetDefaultSignals;
        if (start.HasOwnGroup)
        {
            _ = ProcessCalls.SetProcessGroup(attributes, 0);
            flags |= ProcessCalls.SetGroup;
        }

        _ = ProcessCalls.SetFlags(attributes, flags);
    }

    private static void Redirect(void* actions, int? source, int target, NativeArguments memory)
    {
        if (source is not { } descriptor)
        {
            return;
        }

        if (descriptor >= 0)
        {
            _ = ProcessCalls.AddDuplicate(actions, descriptor, target);
        }
        else
        {
            _ = ProcessCalls.AddOpen(actions, target, memory.Text("/dev/null"), target == 0 ? 0 : WriteOnly, 0);
        }
    }

#pragma warning disable RS0030 // Here alone starts what users ask for.
    private static int SpawnIn(ChildStart start, void* actions, void* attributes, NativeArguments memory, int* pid)
    {
        var path = memory.Text(start.Path);
        var arguments = memory.Texts(start.Arguments);
        var variables = memory.Texts(Assignments(start.Variables));
        try
        {
            _ = ProcessCalls.AddChangeFolder(actions, memory.Text(start.Folder));
            return ProcessCalls.Spawn(pid, path, actions, attributes, arguments, variables);
        }
        catch (EntryPointNotFoundException)
        {
            // glibc before 2.29: the child inherits the folder. Nothing here relies on the current one.
            var before = Environment.CurrentDirectory;
            Environment.CurrentDirectory = start.Folder;
            try
            {
                return ProcessCalls.Spawn(pid, path, actions, attributes, arguments, variables);
            }
            finally
            {
                Environment.CurrentDirectory = before;
            }
        }
    }
#pragma warning restore RS0030

    internal static List<string> Assignments(IReadOnlyDictionary<string, string> variables)
    {
        var assignments = new List<string>(variables.Count);
        foreach (var (name, value) in variables)
        {
            assignments.Add($"{name}={value}");
        }

        return assignments;
    }
}

/// <summary>How a child process is started.</summary>
internal sealed record ChildStart
{
    /// <summary>The program's file.</summary>
    public required string Path { get; init; }

    /// <summary>All arguments, the program's name first.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>All variables of the child.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The folder it starts in, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>Its standard input; <see langword="null"/> inherits this process's, -1 is empty.</summary>
    public int? Input { get; init; }

    /// <summary>Its standard output; <see langword="null"/> inherits this process's, -1 goes nowhere.</summary>
    public int? Output { get; init; }

    /// <summary>As <see cref="Output"/>.</summary>
    public int? Error { get; init; }

    /// <summary>Whether it leads a process group of its own, which a terminal's keys do not reach.</summary>
    public bool HasOwnGroup { get; init; }

    /// <summary>What it sees in other places than this process; the program and the folder are as it sees them.</summary>
    public PrivateMounts? Mounts { get; init; }
}

/// <summary>How a child process ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and the signal's number where a signal ended it.</param>
/// <param name="Signal">The signal's name, for example <c>SIGKILL</c>; <see langword="null"/> where none ended it.</param>
internal sealed record ChildExit(int ExitCode, string? Signal)
{
    private const int OfSignal = 128;

    private static readonly string[] Names =
    [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
        "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP",
        "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    /// <summary>Reads what <c>waitpid(2)</c> tells.</summary>
    public static ChildExit OfStatus(int status)
    {
        var signal = status & 0x7f;
        return signal == 0
            ? new ChildExit((status >> 8) & 0xff, null)
            : new ChildExit(OfSignal + signal, NameOf(signal));
    }

    /// <summary>Linux's numbers, of which those up to 15 that end processes are macOS's too, but SIGBUS, SIGUSR1, SIGUSR2 and SIGSYS.</summary>
    private static string NameOf(int signal) => OperatingSystem.IsMacOS()
        ? signal switch
        {
            7 => "SIGEMT",
            10 => "SIGBUS",
            12 => "SIGSYS",
            30 => "SIGUSR1",
            31 => "SIGUSR2",
            _ => signal < 16 ? Names[signal] : $"signal {signal}",
        }
        : signal < Names.Length ? Names[signal] : $"signal {signal}";
}
