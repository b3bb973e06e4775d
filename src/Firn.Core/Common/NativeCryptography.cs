using System.Runtime.InteropServices;

namespace Firn.Common;

/// <summary>Whether the base class library can compute digests on this machine.</summary>
internal static class NativeCryptography
{
    /// <summary>
    /// On Linux its digests are OpenSSL's, and where there is no libssl (a small container) the first one ends the
    /// process with a segmentation fault, which nothing can catch. The names are those that the runtime looks for itself
    /// (src/native/libs/System.Security.Cryptography.Native/opensslshim.c); the oldest are left out.
    /// </summary>
    public static bool IsPresent { get; } =
        !OperatingSystem.IsLinux()
        || NativeLibrary.TryLoad("libssl.so.3", out _)
        || NativeLibrary.TryLoad("libssl.so.1.1", out _);
}
