using System.Text;

namespace Firn.Cli.Output;

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
