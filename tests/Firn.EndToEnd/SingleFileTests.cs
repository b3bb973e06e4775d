using Firn.EndToEnd.Support;

namespace Firn.EndToEnd;

/// <summary>The release's single file, where there is no .NET and next to nothing else.</summary>
[Collection(SharedParts.Name)]
public sealed class SingleFileTests(SingleFileFirn firn, DebianChroot chroot)
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
    public void Version_with_only_the_C_and_CPP_libraries_returns_0()
    {
        DebianChroot.MustBePossible();

        RunIn(chroot.Bare, "--version").MustReturn(0);
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
