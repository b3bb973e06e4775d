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

/// <summary>How often a test does what it does: <c>FIRN_FULL_TESTS=1</c> asks for the numbers of a release.</summary>
internal static class TestScale
{
    public static bool IsFull { get; } = Environment.GetEnvironmentVariable("FIRN_FULL_TESTS") == "1";

    /// <summary>The number for every run of the tests, or for a full one.</summary>
    public static int Of(int usual, int full) => IsFull ? full : usual;
}

/// <summary>The user nobody, with a copy of firn that it may run; needs root.</summary>
internal sealed class OtherUser : IDisposable
{
    private const string Id = "65534";
    private readonly TemporaryFolder _folder = new();
    private readonly string _executable;

    public OtherUser(PublishedFirn firn)
    {
        Part.Root();
        new ProcessRunner().Run(Part.Program("chmod"), "755", _folder.Root).MustReturn(0);
        Directory.CreateDirectory(PathOf("firn"));
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(firn.Executable)!))
        {
            File.Copy(file, PathOf($"firn/{Path.GetFileName(file)}"));
        }

        _executable = PathOf($"firn/{Path.GetFileName(firn.Executable)}");
        Directory.CreateDirectory(PathOf("own"));
        new ProcessRunner().Run(Part.Program("chown"), Id, PathOf("own")).MustReturn(0);
        var start = Run("--version");
        Part.MustBePresent(start.ExitCode == 0, $"the user nobody cannot run firn: {start.StandardError.Trim()}");
    }

    public string PathOf(string relative) => _folder.PathOf(relative);

    /// <summary>Writes a file that everybody may read.</summary>
    public string Write(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);
        return PathOf(name);
    }

    public ProcessResult Run(params IEnumerable<string> arguments) => new ProcessRunner { WorkingDirectory = "/" }.Run(
        Part.Program("setpriv"), ["--reuid", Id, "--regid", Id, "--clear-groups", "--", _executable, .. arguments]);

    public void Dispose() => _folder.Dispose();
}
