using System.Text;

namespace Firn.Cli.Output;

/// <summary>
/// Where a command writes: results to <see cref="Output"/>, everything else to <see cref="Error"/>. Commands get it
/// passed in, so that tests run them in-process.
/// </summary>
internal sealed class CommandConsole(TextWriter output, TextWriter error) : IDisposable
{
    /// <summary>Results.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>Messages, problems and progress.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>The console of this process: raw UTF-8 streams, since <see cref="Console.Out"/> costs 6 ms to start.</summary>
    public static CommandConsole OfThisProcess()
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new CommandConsole(
            new StreamWriter(Console.OpenStandardOutput(), encoding, 16 * 1024) { NewLine = "\n" },
            new StreamWriter(Console.OpenStandardError(), encoding, 1024) { NewLine = "\n", AutoFlush = true });
    }

    public void Dispose()
    {
        try
        {
            Output.Dispose();
            Error.Dispose();
        }
        catch (IOException)
        {
            // The reader of the pipe has gone; there is nobody left to tell.
        }
    }
}
