using System.Runtime.InteropServices;
using Firn.Common.Native;

namespace Firn.Common.Files;

/// <summary>
/// Watches over a file while it is read from start to end: what was read must be one state of it, and not half of the old and
/// half of the new. A change shows in what the file system says of the file, but for two: one in the same tick of its clock
/// (the file is left alone for a tick before it is read), and one through a memory map, which shows when the kernel writes
/// the page back (<see cref="IsOpenForWriting"/> tells that there may be one).
/// </summary>
internal readonly struct ConsistentRead
{
    /// <summary>In nanoseconds; longer than a tick of the clock that local file systems take their times from (1/100 s).</summary>
    public const long Tick = 20_000_000;

    private const int MaxWaits = 50;
    private const int MaxReads = 3;
    private const int ReadLock = 0;
    private const int NoLock = 2;
    private const int SetSignal = 10;
    private const int SetLease = 1024;

    /// <summary>SIGURG, which nobody minds.</summary>
    private const int UrgentSignal = 23;

    private readonly FileStat _before;

    private ConsistentRead(FileStat before) => _before = before;

    /// <summary>Nanoseconds since 1970.</summary>
    public static long Now => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100;

    /// <summary>Begins, when nothing has changed for a tick.</summary>
    /// <param name="descriptor">The open file.</param>
    /// <param name="path">Its path, for messages and where the system only knows paths.</param>
    /// <exception cref="FirnException">It changes all the time.</exception>
    public static ConsistentRead Begin(int descriptor, string path)
    {
        for (var wait = 0; FileStatReader.TryReadOpen(descriptor, path, out var stat); wait++)
        {
            var age = Now - stat.NewestChange;
            if (age is > Tick or < -Tick)
            {
                return new ConsistentRead(stat);
            }

            if (wait == MaxWaits)
            {
                throw Changed(path);
            }

            Thread.Sleep(TimeSpan.FromTicks((Tick / 100) + 1));
        }

        return default;
    }

    /// <summary>Ends: nothing may have changed since the beginning.</summary>
    /// <exception cref="FirnException">Something has.</exception>
    public void End(int descriptor, string path)
    {
        if (FileStatReader.TryReadOpen(descriptor, path, out var after) && !IsSame(_before, after))
        {
            throw Changed(path);
        }
    }

    /// <summary>Whether nothing was written to a file between two looks.</summary>
    public static bool IsSame(in FileStat before, in FileStat after) =>
        before.Size == after.Size && before.Inode == after.Inode && before.Device == after.Device
        && before.ModifiedSeconds == after.ModifiedSeconds && before.ModifiedNanoseconds == after.ModifiedNanoseconds
        && before.Changed == after.Changed;

    /// <summary>Reads a file whole, again where it changes meanwhile.</summary>
    /// <exception cref="FirnException">It changes all the time.</exception>
    public static FileContent Whole(string path, int limit)
    {
        for (var read = 1; ; read++)
        {
            using var handle = BoundedFile.Open(path, out var status);
            if (handle is null)
            {
                return new FileContent(status, [], 0);
            }

            var descriptor = (int)handle.DangerousGetHandle();
            try
            {
                var steady = Begin(descriptor, path);
                var content = BoundedFile.Read(path, limit);
                steady.End(descriptor, path);
                return content;
            }
            catch (FirnException exception) when (exception.MayPass && read < MaxReads)
            {
                // Its writer may be done by now.
            }
        }
    }

    /// <summary>
    /// Whether some process has the file open for writing, or has mapped it so; false where the system does not tell it: that
    /// it does to the owner of a file on Linux's own file systems (<c>F_SETLEASE</c> of fcntl(2)).
    /// </summary>
    public static bool IsOpenForWriting(int descriptor)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        _ = Libc.Control(descriptor, SetSignal, UrgentSignal);
        if (Libc.Control(descriptor, SetLease, ReadLock) != 0)
        {
            return Marshal.GetLastPInvokeError() == Errno.TryAgain;
        }

        _ = Libc.Control(descriptor, SetLease, NoLock);
        return false;
    }

    /// <summary>That a file changed while it was read.</summary>
    public static FirnException Changed(string path) =>
        new($"{path} changed while it was read", "run the command again when nothing else writes there") { MayPass = true };
}
