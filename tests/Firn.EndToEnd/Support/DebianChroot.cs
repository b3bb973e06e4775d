namespace Firn.EndToEnd.Support;

/// <summary>
/// Two file systems to start programs in: Debian's smallest with a minimal Python, and one with nothing but the C
/// library. Made once per test run, outside the checkout.
/// </summary>
public sealed class DebianChroot
{
    // What native code links against; see docs/decisions/0003-native-code.md.
    private static readonly string[] RuntimePackages = ["libc6"];

    private static readonly Lazy<string> MinimalOnce = new(Bootstrap);
    private static readonly Lazy<string> BareOnce = new(CopyRuntimePackages);
    private readonly Lazy<string> _minimal = MinimalOnce;
    private readonly Lazy<string> _bare = BareOnce;

    /// <summary>Debian 12, <c>--variant=minbase</c>, with <c>python3-minimal</c>.</summary>
    public string Minimal => _minimal.Value;

    /// <summary>The files of libc6: no C++ runtime, no shell, no Python, no OpenSSL.</summary>
    public string Bare => _bare.Value;

    /// <summary>Skips the test where this machine can make no chroot.</summary>
    internal static void MustBePossible()
    {
        Part.LinuxX64();
        Part.Root();
        Part.Program("debootstrap");
        var probe = new ProcessRunner().Run(Part.Program("unshare"), "--mount", "--pid", "--fork", "true");
        Part.MustBePresent(probe.ExitCode == 0, $"no namespaces here: {probe.StandardError.Trim()}");
    }

    /// <summary>
    /// Runs a program of the chroot. It has <c>/proc</c>, as every container has and the .NET runtime needs, in a mount
    /// namespace of its own, so that nothing stays mounted.
    /// </summary>
    internal static ProcessResult Run(string root, params IEnumerable<string> command) => new ProcessRunner().Run(
        Part.Program("unshare"),
        ["--mount", "--pid", "--fork", $"--mount-proc={root}/proc", "chroot", root, .. command]);

    private static string Bootstrap()
    {
        var root = SharedFolder.PathOf("minimal");
        new ProcessRunner { Timeout = TimeSpan.FromMinutes(10) }.Run(
            Part.Program("debootstrap"), "--variant=minbase", "--include=python3-minimal", "bookworm", root,
            "http://deb.debian.org/debian").MustReturn(0);
        return root;
    }

    private static string CopyRuntimePackages()
    {
        var root = SharedFolder.PathOf("bare");
        foreach (var folder in new[] { "proc", "tmp", "usr/lib", "usr/lib64" })
        {
            Directory.CreateDirectory(Path.Join(root, folder));
        }

        File.CreateSymbolicLink(Path.Join(root, "lib"), "usr/lib");
        File.CreateSymbolicLink(Path.Join(root, "lib64"), "usr/lib64");
        foreach (var package in RuntimePackages)
        {
            foreach (var path in File.ReadLines(Path.Join(MinimalOnce.Value, "var/lib/dpkg/info", $"{package}:amd64.list")))
            {
                Copy(MinimalOnce.Value, root, path);
            }
        }

        return root;
    }

    // dpkg's lists name files as the package ships them: under /lib, where the chroot has a link to /usr/lib.
    private static void Copy(string source, string target, string path)
    {
        var from = new FileInfo(Path.Join(source, path));
        if (!from.Exists || from.Attributes.HasFlag(FileAttributes.Directory) || !path.Contains("/lib"))
        {
            return;
        }

        var to = Path.Join(target, path);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        if (from.LinkTarget is { } link)
        {
            File.CreateSymbolicLink(to, link);
        }
        else
        {
            from.CopyTo(to);
        }
    }
}
