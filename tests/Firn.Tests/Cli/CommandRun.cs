using Firn.Cli;
using Firn.Cli.Output;
using Firn.Common;

namespace Firn.Tests.Cli;

/// <summary>What one command line came to, run in this process.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>The lines on standard error.</summary>
    public string[] Messages => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static CommandRun Of(SystemContext systemContext, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var console = new CommandConsole(output, error);
        var exitCode = new FirnApplication(console, systemContext).Run(arguments);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The command line was wrong: one line says what, one what to do, and nothing else is printed.</summary>
    public void AssertUsage(string message)
    {
        Assert.Equal(ExitCodes.Usage, ExitCode);
        AssertFailed(message);
    }

    public void AssertFailed(string message)
    {
        Assert.Equal(string.Empty, Output);
        Assert.Equal(2, Messages.Length);
        Assert.StartsWith("error: ", Messages[0], StringComparison.Ordinal);
        Assert.Contains(message, Messages[0], StringComparison.Ordinal);
        Assert.StartsWith("hint: ", Messages[1], StringComparison.Ordinal);
    }

    /// <summary>The command did it, without a word on standard error.</summary>
    public CommandRun AssertDone()
    {
        Assert.Equal(string.Empty, Error);
        Assert.Equal(ExitCodes.Done, ExitCode);
        return this;
    }
}
