using System.Runtime.InteropServices;

namespace Firn.Common.Native;

/// <summary>The calls of Linux's C library that tracing needs.</summary>
internal static unsafe partial class TraceCalls
{
    // ptrace(2), linux/ptrace.h.
    public const int Continue = 7;
    public const int Detach = 17;
    public const int EventMessage = 0x4201;
    public const int Seize = 0x4206;
    public const int Interrupt = 0x4207;
    public const int Listen = 0x4208;

    public const int ForkEvent = 1;
    public const int VforkEvent = 2;
    public const int CloneEvent = 3;
    public const int ExecEvent = 4;
    public const int ExitEvent = 6;
    public const int StopEvent = 128;

    /// <summary>PTRACE_O_TRACEFORK, VFORK, CLONE, EXEC, EXIT, and EXITKILL: nothing outlives a tracer that is killed.</summary>
    public const int Options = 0x2 | 0x4 | 0x8 | 0x10 | 0x40 | 0x100000;

    /// <summary>__WALL of <c>waitpid(2)</c>: threads too.</summary>
    public const int AllKinds = 0x40000000;

    public const int Interrupted = 4;

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    public static partial long Trace(int request, int process, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int Wait(int process, int* status, int options);

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "getpgid")]
    public static partial int GroupOf(int process);

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "prctl")]
    public static partial int ProcessControl(int option, nuint value, nuint third, nuint fourth, nuint fifth);
}
