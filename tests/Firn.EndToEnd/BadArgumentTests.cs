using Firn.EndToEnd.Support;

namespace Firn.EndToEnd;

/// <summary>What is wrong on the command line or with where the output goes: two clear lines and the right code.</summary>
public sealed class BadArgumentTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const string Escape = "\e[31m";

    public static TheoryData<string[]> WrongUsage =>
    [
        [],
        ["frobnicate"],
        ["--frobnicate"],
        ["capture", "--frobnicate"],
        ["capture", ""],
        ["capture", "a", "b"],
        ["capture", "PREFIX", "--output", ""],
        ["capture", "PREFIX", "--output"],
        ["capture", "PREFIX", "--name", "x"],
        ["capture", "--name", ""],
        ["export", "PREFIX"],
        ["export", "PREFIX", "--format", ""],
        ["export", "PREFIX", "--format", "xml"],
        ["export", "PREFIX", "--format", "pip", "--frob" + Escape],
        ["export", "PREFIX", "--format", "pip", "--as-pip", ""],
        ["export", "PREFIX", "--format", "pip", "--as-pip", Escape],
        ["export", "PREFIX", "--format", "pip", "--python-version", "3"],
        ["export", "PREFIX", "--format", "pip", "--path", ""],
        ["export", "PREFIX", "--format", "pip", "--path", "/x", "--user"],
        ["export", "PREFIX", "--format", "pip", "--requirement", ""],
        ["export", "PREFIX", "--format", "pip", "--md5"],
        ["export", "PREFIX", "--format", "json", "--all"],
        ["export", "PREFIX", "--format", "explicit", "--md5", "--sha256"],
        ["diff", "PREFIX"],
        ["diff", "", ""],
        ["diff", "PREFIX", "--frobnicate"],
        ["completion", "tcsh"],
    ];

    public static TheoryData<string[]> Failures =>
    [
        ["capture", "/nonexistent"],
        ["capture", "/nonexistent/" + Escape + "\n\u009b31m\u202e"],
        ["capture", "/proc/self"],
        ["capture", "/etc/passwd"],
        ["capture", "/dev/zero"],
        ["capture", "PREFIX", "--output", "/etc/passwd"],
        ["capture", "PREFIX", "--output", "/etc/passwd/capture"],
        ["capture", "PREFIX", "--output", "/proc/firn"],
        ["capture", "--name", "no-such-environment"],
        ["export", "PREFIX", "--format", "conda"],
        ["export", "/nonexistent.json", "--format", "pip"],
        ["diff", "PREFIX", "/nonexistent"],
    ];

    [SkippableTheory]
    [MemberData(nameof(WrongUsage))]
    public void Run_with_wrong_arguments_returns_2_and_says_why(string[] arguments) => MustFail(2, arguments);

    [SkippableTheory]
    [MemberData(nameof(Failures))]
    public void Run_that_cannot_work_returns_1_and_says_why(string[] arguments) => MustFail(1, arguments);

    [SkippableFact]
    public void Run_with_an_argument_that_is_not_UTF8_returns_2_and_writes_nothing()
    {
        using var folder = new TemporaryFolder();
        Part.LinuxX64();
        var shell = new ProcessRunner { WorkingDirectory = folder.Root };

        var result = shell.Run("/bin/sh", "-c", $"exec {firn.Executable} capture {Prefix()} -o \"$(printf 'a\\377')\"");

        CleanFailure.Check(result, 2);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Root));
    }

    [SkippableTheory]
    [InlineData("export", "--format pip")]
    [InlineData("export", "--format json")]
    [InlineData("capture", "")]
    public void Run_whose_output_meets_a_full_disk_returns_1_and_says_so(string command, string options)
    {
        Part.LinuxX64();

        // pip's lines fit into a buffer, the document does not: both ends of the way out.
        var result = new ProcessRunner().Run(
            "/bin/sh", "-c", $"PIP_FIND_LINKS=/x exec {firn.Executable} {command} {RealPython.Of("3.6")} {options} > /dev/full");

        CleanFailure.Check(result, 1);
        Assert.Contains("No space left", result.StandardError);
    }

    [SkippableFact]
    public void Run_whose_reader_goes_away_does_not_fail_loudly()
    {
        Part.LinuxX64();

        var result = new ProcessRunner().Run(
            "/bin/bash", "-c", $"{firn.Executable} export {RealPython.Of("3.11")} --format json | head -c 1 > /dev/null");

        CleanFailure.MustBeClean(result);
        Assert.DoesNotContain("error", result.StandardError);
    }

    private static string Prefix() => RealPython.Of("system");

    private void MustFail(int exitCode, string[] arguments)
    {
        var prefix = Prefix();
        var runner = new ProcessRunner { Timeout = TimeSpan.FromMinutes(1), WorkingDirectory = "/tmp" };

        var result = firn.Run(runner, arguments.Select(argument => argument == "PREFIX" ? prefix : argument));

        CleanFailure.Check(result, exitCode);
        Assert.Equal(string.Empty, result.StandardOutput);
    }
}
