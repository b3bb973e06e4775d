using System.Runtime.InteropServices;

namespace Firn.Python.Environments;

/// <summary>Operating system and machine in the words of Python's <c>sysconfig.get_platform()</c>.</summary>
internal static class PlatformName
{
    /// <summary>The platform of the environment: Windows where its files are laid out so, else this machine's.</summary>
    public static string Of(PythonEnvironment environment) => Of(
        environment.PathStyle == PathStyle.Windows ? "windows" : OperatingSystem.IsMacOS() ? "macos" : "linux");

    /// <summary>This machine.</summary>
    public static string OfThisMachine() => Of(
        OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "macos" : "linux");

    private static string Of(string system)
    {
        var machine = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => system == "windows" ? "amd64" : "x86_64",
            Architecture.Arm64 => system == "linux" ? "aarch64" : "arm64",
            Architecture.X86 => "i686",
            Architecture.Arm => "armv7l",
            var other => other.ToString().ToLowerInvariant(),
        };
        return $"{system}-{machine}";
    }
}
