using System.Text;
using Firn.Common;
using Firn.Runs.Launching;

namespace Firn.Tests.Runs.Launching;

public sealed class ProgramOutputTests
{
    private static readonly Dictionary<string, string> Variables = new(StringComparer.Ordinal)
    {
        ["PATH"] = "/usr/bin:/bin",
        ["SNOW"] = "ä=ü\n",
    };

    [SkippableFact]
    public void Output_exit_code_arguments_and_variables_are_exact()
    {
        Skip.If(OperatingSystem.IsWindows());

        var output = Run(1000, "sh", "-c", "printf '%s|%s|%s' \"$SNOW\" \"$1\" \"$PWD\"; echo wrong >&2; exit 200", "sh", "a b");

        Assert.Equal((200, "wrong", true), (output.Exit.ExitCode, output.Error, output.IsComplete));
        Assert.Equal("ä=ü\n|a b|/", Encoding.UTF8.GetString(output.Output));
    }

    [SkippableFact]
    public void Output_beyond_the_limit_is_cut_and_said()
    {
        Skip.If(OperatingSystem.IsWindows());

        var output = Run(10, "sh", "-c", "exec yes");

        Assert.Equal((10, false), (output.Output.Length, output.IsComplete));
        Assert.Equal("SIGPIPE", output.Exit.Signal);
    }

    [SkippableTheory]
    [InlineData("firn-no-such-program", 127)]
    [InlineData("/etc/hostname", 126)]
    [InlineData("", 127)]
    public void What_cannot_be_started_has_a_shells_code(string program, int code)
    {
        Skip.If(!OperatingSystem.IsLinux());

        Assert.Equal(code, (int)Assert.Throws<FirnException>(() => Run(10, program)).Kind);
    }

    private static ProgramOutput Run(int limit, params string[] command) =>
        ProgramOutput.Of(command, "/", Variables, limit, new LaunchedProcesses(ownsAll: false));
}
