using System.Runtime.InteropServices;

namespace Firn.Common.Native;

/// <summary>The calls by which processes are started, watched and ended (POSIX.1-2017; prctl is Linux's).</summary>
internal static unsafe partial class ProcessCalls
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int BrokenPipe = 13;
    public const int Terminate = 15;

    /// <summary>WNOHANG of <c>waitpid(2)</c>.</summary>
    public const int NoWait = 1;

    /// <summary>WUNTRACED: a stop is told too.</summary>
    public const int UntilStopped = 2;

    /// <summary>__WALL of Linux: threads too.</summary>
    public const int AllKinds = 0x40000000;

    /// <summary>POSIX_SPAWN_SETPGROUP and POSIX_SPAWN_SETSIGDEF, the same on Linux and macOS.</summary>
    public const short SetGroup = 2;
    public const short SetDefaultSignals = 4;

    public const short PollIn = 1;

    private const int SetChildSubreaper = 36;

    /// <summary>SIGTSTP, SIGCONT, SIGTTIN and SIGTTOU, of which the first two have other numbers on macOS.</summary>
    public static int TerminalStop => OperatingSystem.IsMacOS() ? 18 : 20;

    public static int Continue => OperatingSystem.IsMacOS() ? 19 : 18;

    public const int TerminalInput = 21;
    public const int TerminalOutput = 22;

    /// <summary>As much as any C library takes for the attributes, the actions, or a set of signals of a start.</summary>
    public const int OpaqueSize = 1024;

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    public static partial int Spawn(
        int* pid, byte* path, void* actions, void* attributes, byte** arguments, byte** variables);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitializeActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyActions(void* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(void* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    public static partial int AddOpen(void* actions, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    public static partial int AddChangeFolder(void* actions, byte* path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitializeAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int DestroyAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setpgroup")]
    public static partial int SetProcessGroup(void* attributes, int group);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetSignalDefaults(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    public static partial int EmptySignals(void* signals);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    public static partial int AddSignal(void* signals, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitFor(int pid, int* status, int options);

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "pipe")]
    public static partial int MakePipe(int* descriptors);

    [LibraryImport("libc", EntryPoint = "pipe2")]
    public static partial int MakePipe(int* descriptors, int flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, uint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    public static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    public static partial int ForegroundGroup(int terminal);

    [LibraryImport("libc", EntryPoint = "getegid")]
    public static partial uint EffectiveGroup();

    /// <summary>Makes this process the parent of descendants whose own parent ends; only Linux has it (prctl(2)).</summary>
    public static void AdoptOrphans()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Control(SetChildSubreaper, 1, 0, 0, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "getpgid")]
    public static partial int GroupOf(int process);

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "prctl")]
    public static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
