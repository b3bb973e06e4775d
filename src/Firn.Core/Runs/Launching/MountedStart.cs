using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Firn.Common.Files;
using Firn.Common.Native;

namespace Firn.Runs.Launching;

/// <summary>
/// Starts a process in a mount namespace of its own, and without the right to make one in a user namespace too, in which
/// the user stays who they are. <c>posix_spawn</c> cannot do that, and of a process with several threads none can enter a
/// user namespace: so this one forks. Between fork and exec only <see cref="Child"/> runs, which calls the C library by
/// its addresses and nothing of the runtime.
/// </summary>
internal static unsafe class MountedStart
{
    private const int NewMounts = 0x20000;
    private const int NewUser = 0x10000000;
    private const uint Bind = 4096;

    // MS_RDONLY, MS_NOSUID, MS_NODEV and MS_REMOUNT.
    private const uint ToReadOnly = 1 | 2 | 4 | 32 | Bind;
    private const uint NoExecution = 8;
    private const uint Recursive = 16384;
    private const uint Private = 1 << 18;
    private const int SetMask = 2;
    private const int CloseOnExec = 0x80000;

    /// <summary>Starts a process.</summary>
    /// <param name="start">What and how; its folder is as the process sees it.</param>
    /// <param name="mounts">What it sees elsewhere.</param>
    /// <param name="isOnlyTried">Whether nothing is executed: the process ends when the mounts are made.</param>
    /// <param name="error">The error number where it could not be started.</param>
    /// <returns>The process's number; 0 where it could not be started.</returns>
    public static int TryStart(ChildStart start, PrivateMounts mounts, bool isOnlyTried, out int error)
    {
        using var memory = new NativeArguments();
        using var report = PipeEnds.Make();
        var plan = (Plan*)memory.Allocate(sizeof(Plan));
        Fill(plan, start, mounts, memory);
        plan->Path = isOnlyTried ? null : plan->Path;
        plan->Report = report.Writer;
        var before = (byte*)memory.Allocate(128);
        var all = (byte*)memory.Allocate(128);
        new Span<byte>(all, 128).Fill(0xff);
        Rehearse(plan);
        // A signal that came between would be taken by the runtime of the child, and be lost or counted twice.
        _ = plan->Mask(SetMask, all, before);
        plan->OldMask = before;
        var process = plan->Fork();
        if (process == 0)
        {
            Child(plan);
        }

        var failed = process < 0 ? *plan->Error() : 0;
        _ = plan->Mask(SetMask, before, null);
        report.CloseWriter();
        if (process < 0)
        {
            error = failed;
            return 0;
        }

        error = Libc.Read(report.Reader, (byte*)&failed, sizeof(int)) == sizeof(int) ? failed : 0;
        if (error == 0)
        {
            return process;
        }

        int status;
        _ = ProcessCalls.WaitFor(process, &status, 0);
        return 0;
    }

    private static void Fill(Plan* plan, ChildStart start, PrivateMounts mounts, NativeArguments memory)
    {
        var library = NativeLibrary.Load("libc.so.6");
        plan->Fork = (delegate* unmanaged[SuppressGCTransition]<int>)NativeLibrary.GetExport(library, "fork");
        plan->Mask = (delegate* unmanaged[SuppressGCTransition]<int, byte*, byte*, int>)NativeLibrary.GetExport(library, "pthread_sigmask");
        plan->Handle = (delegate* unmanaged[SuppressGCTransition]<int, nint, nint>)NativeLibrary.GetExport(library, "signal");
        plan->SetGroup = (delegate* unmanaged[SuppressGCTransition]<int, int, int>)NativeLibrary.GetExport(library, "setpgid");
        plan->Unshare = (delegate* unmanaged[SuppressGCTransition]<int, int>)NativeLibrary.GetExport(library, "unshare");
        plan->Open = (delegate* unmanaged[SuppressGCTransition]<byte*, int, int>)NativeLibrary.GetExport(library, "open");
        plan->Write = (delegate* unmanaged[SuppressGCTransition]<int, byte*, nint, nint>)NativeLibrary.GetExport(library, "write");
        plan->Duplicate = (delegate* unmanaged[SuppressGCTransition]<int, int, int>)NativeLibrary.GetExport(library, "dup2");
        plan->Mount = (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, byte*, nuint, byte*, int>)NativeLibrary.GetExport(library, "mount");
        plan->Enter = (delegate* unmanaged[SuppressGCTransition]<byte*, int>)NativeLibrary.GetExport(library, "chdir");
        plan->Execute = (delegate* unmanaged[SuppressGCTransition]<byte*, byte**, byte**, int>)NativeLibrary.GetExport(library, "execve");
        plan->End = (delegate* unmanaged[SuppressGCTransition]<int, int>)NativeLibrary.GetExport(library, "_exit");
        plan->Error = (delegate* unmanaged[SuppressGCTransition]<int*>)NativeLibrary.GetExport(library, "__errno_location");

        var user = FileStatReader.EffectiveUser() ?? 0;
        plan->Root = memory.Text("/");
        plan->Null = memory.Text("/dev/null");
        plan->NoGroups = memory.Text("/proc/self/setgroups");
        plan->Deny = memory.Text("deny");
        plan->UserMap = memory.Text("/proc/self/uid_map");
        plan->GroupMap = memory.Text("/proc/self/gid_map");
        plan->User = memory.Text($"{user} {user} 1");
        plan->Group = memory.Text($"{ProcessCalls.EffectiveGroup()} {ProcessCalls.EffectiveGroup()} 1");
        plan->Input = start.Input ?? 0;
        plan->Output = start.Output ?? 1;
        plan->ErrorOutput = start.Error ?? 2;
        plan->HasOwnGroup = start.HasOwnGroup ? 1 : 0;
        plan->Folder = memory.Text(start.Folder);
        plan->Path = memory.Text(start.Path);
        plan->Arguments = memory.Texts(start.Arguments);
        plan->Variables = memory.Texts(ChildProcess.Assignments(start.Variables));
        plan->Mounts = (Entry*)memory.Allocate(Math.Max(1, mounts.Mounts.Length) * sizeof(Entry));
        plan->Count = mounts.Mounts.Length;
        for (var i = 0; i < mounts.Mounts.Length; i++)
        {
            plan->Mounts[i] = new Entry
            {
                Source = memory.Text(mounts.Mounts[i].Source),
                Target = memory.Text(mounts.Mounts[i].Target),
                IsReadOnly = mounts.Mounts[i].IsReadOnly ? 1 : 0,
            };
        }
    }

    /// <summary>
    /// Calls all that the child calls, with nothing to do. What the runtime makes at a first call it must make here: its
    /// memory for code is shared with a child that was forked, and what both made there would overwrite each other.
    /// </summary>
    private static void Rehearse(Plan* plan)
    {
        var nowhere = default(Entry);
        var nothing = *plan;
        nothing.Mounts = &nowhere;
        nothing.Count = 1;
        nothing.Report = -1;
        nothing.IsRehearsal = 1;
        Child(&nothing);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Child(Plan* plan)
    {
        var isReal = plan->IsRehearsal == 0;
        var failed = 0;
        for (var signal = 1; signal < 32 && isReal; signal++)
        {
            // What was ignored stays so but SIGPIPE, which the runtime ignores.
            if (plan->Handle(signal, 0) == 1 && signal != ProcessCalls.BrokenPipe)
            {
                _ = plan->Handle(signal, 1);
            }
        }

        _ = plan->Handle(isReal ? ProcessCalls.BrokenPipe : -1, 0);
        if (plan->HasOwnGroup != 0 || !isReal)
        {
            _ = plan->SetGroup(isReal ? 0 : -1, isReal ? 0 : -1);
        }

        // Whoever may mount needs no user namespace; root of a container mostly may not.
        var isUser = plan->Unshare(isReal ? NewMounts : 0) != 0 || !isReal;
        if (isUser && plan->Unshare(isReal ? NewMounts | NewUser : 0) != 0)
        {
            failed = *plan->Error();
        }

        if (failed == 0 && isUser)
        {
            // setgroups is missing on old kernels, and then not in the way.
            _ = Put(plan, isReal ? plan->NoGroups : null, plan->Deny);
            failed = Put(plan, isReal ? plan->UserMap : null, plan->User);
            failed = failed == 0 ? Put(plan, isReal ? plan->GroupMap : null, plan->Group) : failed;
        }

        if ((failed == 0 || !isReal) && plan->Mount(isReal ? plan->Root : null, isReal ? plan->Root : null, null, Recursive | Private, null) != 0)
        {
            failed = *plan->Error();
        }

        for (var i = 0; i < plan->Count && (failed == 0 || !isReal); i++)
        {
            failed = MountOne(plan, plan->Mounts + i);
        }

        if (failed == 0 || !isReal)
        {
            failed = Redirect(plan, plan->Input, 0, 0);
            failed = failed == 0 ? Redirect(plan, plan->Output, 1, 1) : failed;
            failed = failed == 0 ? Redirect(plan, plan->ErrorOutput, 2, 1) : failed;
        }

        if ((failed == 0 || !isReal) && (plan->Path != null || !isReal))
        {
            failed = plan->Enter(isReal ? plan->Folder : null) != 0 ? *plan->Error() : failed;
            if (failed == 0 || !isReal)
            {
                _ = plan->Mask(SetMask, isReal ? plan->OldMask : null, null);
                _ = plan->Execute(isReal ? plan->Path : null, plan->Arguments, plan->Variables);
                failed = *plan->Error();
            }
        }

        if (failed != 0)
        {
            _ = plan->Write(plan->Report, (byte*)&failed, sizeof(int));
        }

        if (isReal)
        {
            _ = plan->End(failed == 0 ? 0 : 127);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Put(Plan* plan, byte* file, byte* text)
    {
        var length = 0;
        while (text[length] != 0)
        {
            length++;
        }

        var descriptor = plan->Open(file, 1 | CloseOnExec);
        return descriptor < 0 || plan->Write(descriptor, text, length) != length ? *plan->Error() : 0;
    }

    /// <summary>In a user namespace no flag of where the source lies may be taken away: those that it may have are set too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int MountOne(Plan* plan, Entry* entry)
    {
        if (plan->Mount(entry->Source, entry->Target, null, Bind | Recursive, null) != 0)
        {
            return *plan->Error();
        }

        return entry->IsReadOnly == 0
            || plan->Mount(null, entry->Target, null, ToReadOnly, null) == 0
            || plan->Mount(null, entry->Target, null, ToReadOnly | NoExecution, null) == 0
            ? 0
            : *plan->Error();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Redirect(Plan* plan, int source, int target, int flags)
    {
        if (plan->IsRehearsal != 0)
        {
            return plan->Duplicate(-1, -1) + plan->Open(null, 0);
        }

        if (source < 0)
        {
            source = plan->Open(plan->Null, flags | CloseOnExec);
        }

        return source == target || plan->Duplicate(source, target) == target ? 0 : *plan->Error();
    }

    private struct Entry
    {
        public byte* Source;
        public byte* Target;
        public int IsReadOnly;
    }

    private struct Plan
    {
        public delegate* unmanaged[SuppressGCTransition]<int> Fork;
        public delegate* unmanaged[SuppressGCTransition]<int, byte*, byte*, int> Mask;
        public delegate* unmanaged[SuppressGCTransition]<int, nint, nint> Handle;
        public delegate* unmanaged[SuppressGCTransition]<int, int, int> SetGroup;
        public delegate* unmanaged[SuppressGCTransition]<int, int> Unshare;
        public delegate* unmanaged[SuppressGCTransition]<byte*, int, int> Open;
        public delegate* unmanaged[SuppressGCTransition]<int, byte*, nint, nint> Write;
        public delegate* unmanaged[SuppressGCTransition]<int, int, int> Duplicate;
        public delegate* unmanaged[SuppressGCTransition]<byte*, byte*, byte*, nuint, byte*, int> Mount;
        public delegate* unmanaged[SuppressGCTransition]<byte*, int> Enter;
        public delegate* unmanaged[SuppressGCTransition]<byte*, byte**, byte**, int> Execute;
        public delegate* unmanaged[SuppressGCTransition]<int, int> End;
        public delegate* unmanaged[SuppressGCTransition]<int*> Error;
        public byte* OldMask;
        public byte* Root;
        public byte* Null;
        public byte* NoGroups;
        public byte* Deny;
        public byte* UserMap;
        public byte* GroupMap;
        public byte* User;
        public byte* Group;
        public byte* Folder;
        public byte* Path;
        public byte** Arguments;
        public byte** Variables;
        public Entry* Mounts;
        public int Count;
        public int Input;
        public int Output;
        public int ErrorOutput;
        public int HasOwnGroup;
        public int Report;
        public int IsRehearsal;
    }
}

/// <summary>A file or a folder that a command sees in the place of another one.</summary>
/// <param name="Source">What it sees, absolute.</param>
/// <param name="Target">Where, absolute; something of the same kind is there.</param>
/// <param name="IsReadOnly">Whether it cannot write to it.</param>
internal sealed record PrivateMount(string Source, string Target, bool IsReadOnly);

/// <summary>
/// What a command sees in other places than everybody else (mount_namespaces(7)). Nothing of it is seen outside of the
/// command and its descendants, and it ends with them.
/// </summary>
/// <param name="Mounts">In the order in which they are made.</param>
/// <param name="Outside">A folder as this process knows it, absolute.</param>
/// <param name="Inside">The same folder as the command sees it.</param>
internal sealed record PrivateMounts(ImmutableArray<PrivateMount> Mounts, string Outside, string Inside)
{
    public string ToInside(string path) => RealPath.IsWithin(path, Outside) ? Inside + path[Outside.Length..] : path;

    public string ToOutside(string path) => RealPath.IsWithin(path, Inside) ? Outside + path[Inside.Length..] : path;
}
