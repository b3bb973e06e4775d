using System.Runtime.InteropServices;

namespace Firn.Benchmarks.Compare;

/// <summary>
/// The processor time of all processes that this one has started and that have ended, and of theirs: on a busy machine it
/// says more than the clock.
/// </summary>
internal static class ProcessorTime
{
    private const int Children = -1;

    /// <summary>User and system time so far; zero where the system does not say.</summary>
    public static TimeSpan OfChildren()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return TimeSpan.Zero;
        }

        var usage = new long[32];
        return GetUsage(Children, usage) == 0
            ? TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3])
            : TimeSpan.Zero;
    }

    // struct rusage begins with two timevals (getrusage(2)), and is 18 numbers long.
    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetUsage(int who, [Out] long[] usage);
}
