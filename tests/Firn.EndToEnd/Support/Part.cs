namespace Firn.EndToEnd.Support;

/// <summary>
/// A real thing that a test needs: a program, a right, another Python. Where it is missing the test is skipped with the
/// reason; where <c>FIRN_REQUIRE_PARTS=1</c> it fails, so that nothing is ever skipped unseen. Tests that use it are
/// marked <c>[SkippableFact]</c>.
/// </summary>
internal static class Part
{
    public static void MustBePresent(bool present, string whatIsMissing)
    {
        if (present)
        {
            return;
        }

        Assert.False(
            Environment.GetEnvironmentVariable("FIRN_REQUIRE_PARTS") == "1",
            $"{whatIsMissing}; FIRN_REQUIRE_PARTS=1 says that no part may be missing");
        Skip.If(true, whatIsMissing);
    }

    public static void LinuxX64() => MustBePresent(
        OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture
            == System.Runtime.InteropServices.Architecture.X64,
        "this machine is not Linux on x64");

    public static void Root() => MustBePresent(
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "the tests do not run as root on Linux");

    /// <summary>The absolute path of a program on PATH or in the folders of the system's own tools.</summary>
    public static string Program(string name)
    {
        var path = Find(name);
        MustBePresent(path is not null, $"there is no {name} on PATH");
        return path!;
    }

    private static string? Find(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        foreach (var folder in folders.Append("/usr/sbin").Append("/sbin"))
        {
            var path = Path.Join(folder, name);
            if (folder.Length > 0 && File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
