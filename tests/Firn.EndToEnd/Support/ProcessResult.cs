namespace Firn.EndToEnd.Support;

/// <summary>What a process left: its exit code and all it wrote.</summary>
internal sealed record ProcessResult(string Command, int ExitCode, string StandardOutput, string StandardError)
{
    /// <summary>Fails the test, with all the process said, unless it returned <paramref name="exitCode"/>.</summary>
    public ProcessResult MustReturn(int exitCode)
    {
        Assert.True(
            ExitCode == exitCode,
            $"{Command} returned {ExitCode}, not {exitCode}\n--- stdout\n{StandardOutput}\n--- stderr\n{StandardError}");
        return this;
    }
}
