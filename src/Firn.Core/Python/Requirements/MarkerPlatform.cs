using System.Runtime.InteropServices;
using Firn.Common;

namespace Firn.Python.Requirements;

/// <summary>What markers may know of a machine.</summary>
/// <param name="OsName"><c>os.name</c>: <c>posix</c> or <c>nt</c>.</param>
/// <param name="SysPlatform"><c>sys.platform</c>: <c>linux</c>, <c>darwin</c>, <c>win32</c>.</param>
/// <param name="System"><c>platform.system()</c>: <c>Linux</c>, <c>Darwin</c>, <c>Windows</c>.</param>
/// <param name="Machine"><c>platform.machine()</c>: <c>x86_64</c>, <c>aarch64</c>, <c>arm64</c>, <c>AMD64</c>.</param>
/// <param name="Release"><c>platform.release()</c>: the kernel's.</param>
/// <param name="Version"><c>platform.version()</c>.</param>
internal sealed record MarkerPlatform(
    string OsName, string SysPlatform, string System, string Machine, string Release, string Version)
{
    private const int Limit = 4096;

    /// <summary>A Linux.</summary>
    public static MarkerPlatform Linux(string machine, string release, string version) =>
        new("posix", "linux", "Linux", machine, release, version);

    /// <summary>The machine that this runs on.</summary>
    public static MarkerPlatform Read(Surroundings surroundings)
    {
        if (OperatingSystem.IsWindows())
        {
            var version = Environment.OSVersion.Version;
            var machine = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "ARM64" : "AMD64";
            return new("nt", "win32", "Windows", machine, version.Major.ToString(), version.ToString(3));
        }

        if (OperatingSystem.IsMacOS())
        {
            // Darwin 23.1.0 Darwin Kernel Version 23.1.0: ...
            var parts = RuntimeInformation.OSDescription.Split(' ', 3);
            return new(
                "posix", "darwin", "Darwin", MachineName("arm64"),
                parts.Length > 1 ? parts[1] : string.Empty, parts.Length > 2 ? parts[2] : string.Empty);
        }

        return Linux(MachineName("aarch64"), Kernel(surroundings, "osrelease"), Kernel(surroundings, "version"));
    }

    private static string Kernel(Surroundings surroundings, string name) =>
        BoundedFile.ReadText(surroundings.SystemPath("/proc/sys/kernel/" + name), Limit)?.Trim() ?? string.Empty;

    private static string MachineName(string arm64) => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.X86 => "i686",
        Architecture.Arm64 => arm64,
        Architecture.Arm or Architecture.Armv6 => "armv7l",
        Architecture.Ppc64le => "ppc64le",
        Architecture.S390x => "s390x",
        Architecture.LoongArch64 => "loongarch64",
        Architecture.RiscV64 => "riscv64",
        _ => string.Empty,
    };
}
