using System.Text;

namespace Firn.Cli.Output;

/// <summary>
/// Where a command writes: results to <see cref="Output"/>, everything else to <see cref="Error"/>. Commands get it
/// passed in, so that tests run them in-process.
/// </summary>
/// <param name="output">Takes the results.</param>
/// <param name="error">Takes everything else.</param>
/// <param name="openInput">Opens standard input; without it that is empty.</param>
/// <param name="isErrorTerminal">Tells whether <paramref name="error"/> is a terminal that obeys control sequences.</param>
/// <param name="isInputTerminal">Tells whether standard input is a terminal, at which somebody can answer.</param>
internal sealed class CommandConsole(
    TextWriter output,
    TextWriter error,
    Func<Stream>? openInput = null,
    Func<bool>? isErrorTerminal = null,
    Func<bool>? isInputTerminal = null) : IDisposable
{
    /// <summary>Results.</summary>
    public TextWriter Output { get; } = new CleanLineWriter(output);

    /// <summary>Results as they are: for help and completion, which write several lines at once, and nothing of others'.</summary>
    public TextWriter OwnText { get; } = output;

    /// <summary>Messages, problems and progress.</summary>
    public TextWriter Error { get; } = new CleanLineWriter(error);

    /// <summary>Whether <see cref="Error"/> is a terminal, on which a line may be written over.</summary>
    public bool IsErrorTerminal => isErrorTerminal?.Invoke() ?? false;

    /// <summary>Asks a question that only a person can answer.</summary>
    /// <returns>The answer; <see langword="null"/> where nobody is there.</returns>
    public string? Ask(string question)
    {
        if (isInputTerminal?.Invoke() != true)
        {
            return null;
        }

        Error.Write(question);
        Error.Flush();
        using var reader = new StreamReader(OpenInput(), Encoding.UTF8);
        return reader.ReadLine() ?? string.Empty;
    }

    /// <summary>The console of this process: raw UTF-8 streams, since <see cref="Console.Out"/> costs 6 ms to start.</summary>
    public static CommandConsole OfThisProcess()
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new CommandConsole(
            new StreamWriter(Open(1), encoding, 16 * 1024) { NewLine = "\n" },
            new StreamWriter(Open(2), encoding, 1024) { NewLine = "\n", AutoFlush = true },
            Console.OpenStandardInput,
            static () => !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"),
            static () => !Console.IsInputRedirected && !Console.IsErrorRedirected);
    }

    private static Stream Open(int descriptor) => !OperatingSystem.IsWindows() ? new DescriptorStream(descriptor)
        : descriptor == 1 ? Console.OpenStandardOutput()
        : Console.OpenStandardError();

    /// <summary>Standard input.</summary>
    public Stream OpenInput() => openInput?.Invoke() ?? Stream.Null;

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
