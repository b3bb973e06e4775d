using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Stores;

/// <summary>
/// tests/attacks on a few calls of each command that writes: a failing disk, a full one, a process that is killed, a
/// collection beside a suspended one. docs/fuzzing.md tells of the runs over all calls.
/// </summary>
public sealed class AttackTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableTheory]
    [InlineData("add")]
    [InlineData("archive")]
    [InlineData("run")]
    [InlineData("restore")]
    [InlineData("create")]
    [InlineData("gc")]
    public void A_fault_at_a_write_loses_nothing_that_was_acknowledged(string command)
    {
        Part.LinuxX64();
        Part.Program("gcc");
        var runner = new ProcessRunner { Timeout = TimeSpan.FromMinutes(30) };
        string[] most = TestScale.Of(3, 0) is > 0 and var some ? ["--most", $"{some}"] : [];

        var result = runner.Run(
            Part.Program("python3"),
            [Repository.PathOf("tests", "attacks", "attacks.py"), "--firn", firn.Executable, "--commands", command, .. most]);

        Assert.True(result.ExitCode == 0, result.StandardOutput + result.StandardError);
    }
}
