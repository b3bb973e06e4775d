using System.Runtime.InteropServices;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Host.SystemPackages;
using Exports = System.Runtime.InteropServices.NativeLibrary;

namespace Firn.Host.Machine;

/// <summary>The C library.</summary>
/// <param name="Name"><c>glibc</c> or <c>musl</c>.</param>
/// <param name="Version">Its version, where a file or the library tells.</param>
public sealed record LibcFacts(string Name, string? Version);

/// <summary>Tells the C library: this process's own, or for another root the one among its files.</summary>
internal static class LibcReader
{
    private const int LibraryLimit = 16 * 1024 * 1024;

    public static LibcFacts? Read(SystemContext systemContext, string machine)
    {
        if (systemContext.RootDirectory == "/" && OperatingSystem.IsLinux() && OwnGlibc() is { } version)
        {
            return new LibcFacts("glibc", version);
        }

        return Glibc(systemContext, machine) ?? Musl(systemContext, machine);
    }

    /// <summary>The version in glibc's banner: <c>GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.</c></summary>
    public static string? VersionInBanner(ReadOnlySpan<byte> library)
    {
        var start = library.IndexOf("GNU C Library ("u8);
        if (start < 0)
        {
            return null;
        }

        var banner = library.Slice(start, Math.Min(256, library.Length - start));
        var before = " version "u8;
        var at = banner.IndexOf(before);
        if (at < 0)
        {
            return null;
        }

        var version = banner[(at + before.Length)..];
        // '.', '/' and the digits follow each other in ASCII, and no slash stands there.
        var end = version.IndexOfAnyExceptInRange((byte)'.', (byte)'9');
        return Encoding.ASCII.GetString((end < 0 ? version : version[..end]).TrimEnd((byte)'.'));
    }

    private static unsafe string? OwnGlibc()
    {
        // Not by DllImport: it looks for the library in many places first, which takes milliseconds.
        if (!Exports.TryGetExport(Exports.GetMainProgramHandle(), "gnu_get_libc_version", out var address))
        {
            return null;
        }

        return Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)address)());
    }

    private static LibcFacts? Glibc(SystemContext systemContext, string machine)
    {
        foreach (var folder in new[] { $"/lib/{machine}-linux-gnu", $"/usr/lib/{machine}-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib" })
        {
            var content = BoundedFile.Read(systemContext.SystemPath(folder + "/libc.so.6"), LibraryLimit);
            if (content.IsComplete && VersionInBanner(content.Bytes) is { } version)
            {
                return new LibcFacts("glibc", version);
            }
        }

        return null;
    }

    /// <summary>musl's file does not tell its version in a fixed place; Alpine's package does.</summary>
    private static LibcFacts? Musl(SystemContext systemContext, string machine)
    {
        var loader = $"/lib/ld-musl-{machine}.so.1";
        if (!File.Exists(systemContext.SystemPath(loader)))
        {
            return null;
        }

        var package = new ApkOwners(systemContext).FindPackagesOf([loader]).GetValueOrDefault(loader);
        var version = package?.Version;
        var revision = version?.LastIndexOf("-r", StringComparison.Ordinal) ?? -1;
        return new LibcFacts("musl", revision > 0 ? version![..revision] : version);
    }
}
