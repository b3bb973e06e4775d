using System.Runtime.InteropServices;
using System.Text;

namespace Firn.Analyses.Launching;

/// <summary>
/// A child process, started by <c>posix_spawn</c>: the arguments and variables arrive as they are, and its end is known
/// exactly, which .NET's own class does not tell apart from an exit code above 128.
/// </summary>
internal sealed unsafe class ChildProcess
{
    private const int WriteOnly = 1;

    private ChildProcess(int id) => Id = id;

    public int Id { get; }

    /// <summary>Starts a process.</summary>
    /// <param name="start">What and how.</param>
    /// <param name="error">The error number where it could not be started.</param>
    /// <returns>The process; <see langword="null"/> where it could not be started.</returns>
    public static ChildProcess? TryStart(ChildStart start, out int error)
    {
        var memory = new List<nint>();
        var actions = Allocate(memory, PosixCalls.OpaqueSize);
        var attributes = Allocate(memory, PosixCalls.OpaqueSize);
        try
        {
            Prepare(start, (void*)actions, (void*)attributes, memory);
            var pid = 0;
            error = SpawnIn(start, (void*)actions, (void*)attributes, memory, &pid);
            return error == 0 ? new ChildProcess(pid) : null;
        }
        finally
        {
            _ = PosixCalls.DestroyActions((void*)actions);
            _ = PosixCalls.DestroyAttributes((void*)attributes);
            memory.ForEach(Marshal.FreeHGlobal);
        }
    }

    /// <summary>Waits until the process has ended.</summary>
    public ChildExit Wait()
    {
        int status;
        while (PosixCalls.WaitFor(Id, &status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != PosixCalls.InterruptedCall)
            {
                // Somebody else has collected it: nothing is known of its end.
                return new ChildExit(255, null);
            }
        }

        return ChildExit.OfStatus(status);
    }

    private static void Prepare(ChildStart start, void* actions, void* attributes, List<nint> memory)
    {
        _ = PosixCalls.InitializeActions(actions);
        _ = PosixCalls.InitializeAttributes(attributes);
        Redirect(actions, start.Input, 0, memory);
        Redirect(actions, start.Output, 1, memory);
        Redirect(actions, start.Error, 2, memory);

        // The runtime ignores SIGPIPE, and what is ignored stays so in a child.
        var signals = (void*)Allocate(memory, PosixCalls.OpaqueSize);
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

    private static void Redirect(void* actions, int? source, int target, List<nint> memory)
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
            _ = PosixCalls.AddOpen(actions, target, Text(memory, "/dev/null"), target == 0 ? 0 : WriteOnly, 0);
        }
    }

    private static int SpawnIn(ChildStart start, void* actions, void* attributes, List<nint> memory, int* pid)
    {
        var path = Text(memory, start.Path);
        var arguments = Texts(memory, start.Arguments);
        var variables = Texts(memory, [.. start.Variables.Select(variable => $"{variable.Key}={variable.Value}")]);
        try
        {
            _ = PosixCalls.AddChangeFolder(actions, Text(memory, start.Folder));
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

    private static byte** Texts(List<nint> memory, IReadOnlyList<string> texts)
    {
        var pointers = (byte**)Allocate(memory, (texts.Count + 1) * sizeof(nint));
        for (var i = 0; i < texts.Count; i++)
        {
            pointers[i] = Text(memory, texts[i]);
        }

        return pointers;
    }

    private static byte* Text(List<nint> memory, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var pointer = (byte*)Allocate(memory, bytes.Length + 1);
        bytes.CopyTo(new Span<byte>(pointer, bytes.Length));
        return pointer;
    }

    private static nint Allocate(List<nint> memory, int size)
    {
        var pointer = Marshal.AllocHGlobal(size);
        new Span<byte>((void*)pointer, size).Clear();
        memory.Add(pointer);
        return pointer;
    }
}
