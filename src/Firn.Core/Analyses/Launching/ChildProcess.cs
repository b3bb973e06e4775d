using System.Runtime.InteropServices;

namespace Firn.Analyses.Launching;

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

        using var memory = new NativeTexts();
        var actions = memory.Allocate(PosixCalls.OpaqueSize);
        var attributes = memory.Allocate(PosixCalls.OpaqueSize);
        try
        {
            Prepare(start, actions, attributes, memory);
            var pid = 0;
            error = SpawnIn(start, actions, attributes, memory, &pid);
            return error == 0 ? new ChildProcess(pid) : null;
        }
        finally
        {
            _ = PosixCalls.DestroyActions(actions);
            _ = PosixCalls.DestroyAttributes(attributes);
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
            if (PosixCalls.WaitFor(Id, &status, stopped is null ? 0 : PosixCalls.UntilStopped) < 0)
            {
                if (Marshal.GetLastPInvokeError() != PosixCalls.InterruptedCall)
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

    private static void Prepare(ChildStart start, void* actions, void* attributes, NativeTexts memory)
    {
        _ = PosixCalls.InitializeActions(actions);
        _ = PosixCalls.InitializeAttributes(attributes);
        Redirect(actions, start.Input, 0, memory);
        Redirect(actions, start.Output, 1, memory);
        Redirect(actions, start.Error, 2, memory);

        // The runtime ignores SIGPIPE, and what is ignored stays so in a child.
        var signals = memory.Allocate(PosixCalls.OpaqueSize);
        _ = PosixCalls.EmptySignals(signals);
        _ = PosixCalls.AddSignal(signals, PosixCalls.BrokenPipe);
        _ = PosixCalls.SetSignalDefaults(attributes, signals);
        var flags = PosixCalls.SetDefaultSignals;
        if (start.HasOwnGroup)
        {
            _ = PosixCalls.SetProcessGroup(attributes, 0);
            flags |= PosixCalls.SetGroup;
        }

        _ = PosixCalls.SetFlags(attributes, flags);
    }

    private static void Redirect(void* actions, int? source, int target, NativeTexts memory)
    {
        if (source is not { } descriptor)
        {
            return;
        }

        if (descriptor >= 0)
        {
            _ = PosixCalls.AddDuplicate(actions, descriptor, target);
        }
        else
        {
            _ = PosixCalls.AddOpen(actions, target, memory.Text("/dev/null"), target == 0 ? 0 : WriteOnly, 0);
        }
    }

    private static int SpawnIn(ChildStart start, void* actions, void* attributes, NativeTexts memory, int* pid)
    {
        var path = memory.Text(start.Path);
        var arguments = memory.Texts(start.Arguments);
        var variables = memory.Texts(Assignments(start.Variables));
        try
        {
            _ = PosixCalls.AddChangeFolder(actions, memory.Text(start.Folder));
            return PosixCalls.Spawn(pid, path, actions, attributes, arguments, variables);
        }
        catch (EntryPointNotFoundException)
        {
            // glibc before 2.29: the child inherits the folder. Nothing here relies on the current one.
            var before = Environment.CurrentDirectory;
            Environment.CurrentDirectory = start.Folder;
            try
            {
                return PosixCalls.Spawn(pid, path, actions, attributes, arguments, variables);
            }
            finally
            {
                Environment.CurrentDirectory = before;
            }
        }
    }

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
