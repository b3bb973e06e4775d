using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd;

/// <summary>The release's single file, where there is no .NET and next to nothing else.</summary>
public sealed class SingleFileTests(PublishedFirn firn, DebianChroot chroot)
    : IClassFixture<PublishedFirn>, IClassFixture<DebianChroot>
{
    [SkippableFact]
    public void Version_on_this_machine_returns_0_and_leaves_no_file()
    {
        Part.LinuxX64();
        using var home = new TemporaryFolder();
        // A single file that unpacks itself would do so here.
        var runner = new ProcessRunner
        {
            Variables = new Dictionary<string, string?> { ["HOME"] = home.Root, ["TMPDIR"] = home.Root },
        };

        var result = runner.Run(firn.Executable, "--version").MustReturn(0);

        Assert.Equal(string.Empty, result.StandardError);
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Root));
    }

    [SkippableFact]
    public void Version_in_minimal_Debian_returns_0()
    {
        DebianChroot.MustBePossible();

        RunIn(chroot.Minimal, "--version").MustReturn(0);
    }

    [SkippableFact]
    public void Version_with_only_the_C_library_returns_0()
    {
        DebianChroot.MustBePossible();

        RunIn(chroot.Bare, "--version").MustReturn(0);
    }

    [SkippableFact]
    public void Capture_of_minimal_Debians_Python_reads_it_without_running_it()
    {
        DebianChroot.MustBePossible();
        var root = chroot.Minimal;

        RunIn(root, "capture", "/usr", "-o", "/out").MustReturn(0);

        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Join(root, "out", "environment.json")));
        var version = DebianChroot.Run(root, "/usr/bin/python3", "-c", "import sys; print(sys.version.split()[0])");
        Assert.Equal("system", document.RootElement.GetProperty("environment_type").GetString());
        Assert.StartsWith(
            version.MustReturn(0).StandardOutput.Trim(),
            document.RootElement.GetProperty("python_version").GetString(),
            StringComparison.Ordinal);
        // Debian's minimal Python ships no distribution.
        Assert.Empty(File.ReadAllBytes(Path.Join(root, "out", "environment-pip.txt")));
        Assert.False(File.Exists(Path.Join(root, "out", "environment-conda.txt")));
        Assert.Contains(
            File.ReadLines(Path.Join(root, "out", "environment-system.txt")),
            line => line.StartsWith("libc6=", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Capture_where_there_is_no_Python_says_so_and_writes_nothing()
    {
        DebianChroot.MustBePossible();
        var root = chroot.Bare;

        var result = RunIn(root, "capture", "/usr", "-o", "/out").MustReturn(1);

        Assert.Equal(string.Empty, result.StandardOutput);
        Assert.Contains("/usr", result.StandardError, StringComparison.Ordinal);
        Assert.False(Path.Exists(Path.Join(root, "out")));
    }

    private ProcessResult RunIn(string root, params IEnumerable<string> arguments)
    {
        var copy = Path.Join(root, "firn");
        if (!File.Exists(copy))
        {
            File.Copy(firn.Executable, copy);
        }

        return DebianChroot.Run(root, ["/firn", .. arguments]);
    }
}
