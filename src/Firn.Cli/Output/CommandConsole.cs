using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Firn.Cli.Output;

/// <summary>
/// Where a command writes: results to <see cref="Output"/>, everything else to <see cref="Error"/>. Commands get it
/// passed in, so that tests run them in-process.
/// </summary>
/// <param name="output">Takes the results.</param>
/// <param name="error">Takes everything else.</param>
/// <param name="openInput">Opens standard input; without it that is empty.</param>
/// <param name="isErrorTerminal">Tells whether <paramref name="error"/> is a terminal that obeys control sequences.</param>
/// <param name="hasTerminal">Tells whether standard input and output are a terminal, in which a shell can be used.</param>
/// <param name="isOutputTerminal">Tells whether <paramref name="output"/> is a terminal, on which lines should not be wider than it.</param>
/// <param name="isInputTerminal">Tells whether standard input is a terminal, at which somebody can answer.</param>
internal sealed class CommandConsole(
    TextWriter output,
    TextWriter error,
    Func<Stream>? openInput = null,
    Func<bool>? isErrorTerminal = null,
    Func<bool>? isInputTerminal = null,
    Func<bool>? hasTerminal = null,
    Func<bool>? isOutputTerminal = null) : IDisposable
{
    /// <summary>Results.</summary>
    public TextWriter Output { get; } = new CleanLineWriter(output);

    /// <summary>Results as they are: for help and completion, which write several lines at once, and nothing of others'.</summary>
    public TextWriter OwnText { get; } = output;

    /// <summary>Messages, problems and progress.</summary>
    public TextWriter Error { get; } = new CleanLineWriter(error);

    /// <summary>Whether <see cref="Error"/> is a terminal, on which a line may be written over.</summary>
    public bool IsErrorTerminal => isErrorTerminal?.Invoke() ?? false;

    /// <summary>Whether <see cref="Output"/> is a terminal; else a line stays whole, for other programs.</summary>
    public bool IsOutputTerminal => isOutputTerminal?.Invoke() ?? false;

    /// <summary>Whether a program that takes over input and output has a person before it.</summary>
    public bool HasTerminal => hasTerminal?.Invoke() ?? false;

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
            static () => !Console.IsInputRedirected && !Console.IsErrorRedirected,
            static () => !Console.IsInputRedirected && !Console.IsOutputRedirected,
            static () => !Console.IsOutputRedirected);
    }

    /// <summary>Writes a document of the library's as a result.</summary>
    /// <param name="write">Writes it into a stream.</param>
    public void WriteDocument(Action<Stream> write)
    {
        using var document = new MemoryStream();
        write(document);
        Output.Write(Encoding.UTF8.GetString(document.GetBuffer().AsSpan(0, (int)document.Length)));
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

/// <summary>
/// The one place where lines for people pass on their way out, to a terminal or a pipe: whatever a name, a log or another's
/// document puts into one, it holds no control characters (<see cref="TerminalText"/>). Documents, scripts and the signs
/// that draw a line of progress are not lines: they are written by <see cref="Write(string)"/>, and pass as they are.
/// </summary>
internal sealed class CleanLineWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(value);

    public override void Write(char[] buffer, int index, int count) => inner.Write(buffer, index, count);

    public override void Write(ReadOnlySpan<char> buffer) => inner.Write(buffer);

    public override void Write(string? value) => inner.Write(value);

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : TerminalText.Clean(value));

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>
/// Writes to standard output or error as it is (Linux and macOS). The stream of <see cref="Console"/> makes ready for a
/// terminal before its first byte, and that takes 5 ms.
/// </summary>
internal sealed class DescriptorStream(int descriptor) : Stream
{
    private const int StandardError = 2;
    private readonly DescriptorWriter _sink = new(descriptor);

    /// <summary>
    /// Opens what a shell has closed (<c>2&gt;&amp;-</c>): else the next file that is opened, one of a store, would be standard
    /// error, and take its messages.
    /// </summary>
    public static void OpenClosed()
    {
        int opened;
        do
        {
            // For reading: results that nobody can take are an error all the same.
            opened = DescriptorCalls.OpenToRead("/dev/null");
        }
        while (opened is >= 0 and <= StandardError);
        new SafeFileHandle(opened, ownsHandle: true).Dispose();
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="IOException">A full disk, or the like: results are lost. Of messages none is worth a command's own exit code.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        // Where nobody reads any more the rest goes nowhere, as with the console's own stream.
        if (!_sink.Write(buffer) && _sink.Error != DescriptorCalls.BrokenPipe && descriptor != StandardError)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(_sink.Error), _sink.Error);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
