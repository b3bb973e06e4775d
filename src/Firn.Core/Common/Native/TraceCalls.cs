using System.Runtime.InteropServices;

namespace Firn.Common.Native;

/// <summary>The call of Linux that traces processes, and its numbers (ptrace(2), linux/ptrace.h).</summary>
internal static unsafe partial class TraceCalls
{
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

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    public static partial long Trace(int request, int process, nint address, nint data);
}
