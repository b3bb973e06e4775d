using System.Runtime.InteropServices;

namespace Firn.Common.Native;

/// <summary>The heap of the C library, which Zstandard, zlib and OpenSSL take their memory from.</summary>
internal static partial class NativeHeap
{
    /// <summary>M_MMAP_THRESHOLD of <c>mallopt(3)</c>.</summary>
    private const int LargeBlockOption = -3;

    /// <summary>glibc's own limit at the start.</summary>
    private const int LargeBlock = 128 * 1024;

    /// <summary>
    /// Gives large blocks back to the system as soon as they are freed. glibc raises its limit with each large block that
    /// is freed, and then keeps such in a heap of each thread: after many threads have decompressed, most of the memory
    /// is leftovers.
    /// </summary>
    public static void GiveBackLargeBlocks()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = SetOption(LargeBlockOption, LargeBlock);
        }
        catch (EntryPointNotFoundException)
        {
            // musl, which keeps none.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
