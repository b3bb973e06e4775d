using Firn.Common;

namespace Firn.Cli.Commands.Solving;

/// <summary>What a program printed.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">The end of standard error.</param>
internal sealed record ProgramResult(int ExitCode, byte[] Output, string Error)
{
    /// <summary>
    /// The line that says what went wrong, without credentials. Of what a program under pip says pip shows the step and
    /// the whole output, whose last line is the reason (pip: exceptions.py, DiagnosticPipError).
    /// </summary>
    public string Reason
    {
        get
        {
            string? last = null;
            string? step = null;
            string? fatal = null;
            foreach (var line in Error.Split('\n'))
            {
                var text = line.Trim();
                if (text.StartsWith("× ", StringComparison.Ordinal))
                {
                    step ??= text[2..].TrimEnd('.');
                    last = null;
                }
                else if (text == "[end of output]" && step is not null && (fatal ?? last) is { } reason)
                {
                    return Clean($"{step}: {reason}");
                }
                else if (text.StartsWith("ERROR:", StringComparison.OrdinalIgnoreCase))
                {
                    // One word is the name of a kind; what follows explains it.
                    var error = text["ERROR:".Length..].Trim();
                    last = error.Contains(' ', StringComparison.Ordinal) ? error : last;
                    if (step is null && last == error)
                    {
                        return Clean(error);
                    }
                }
                else if (text.StartsWith("fatal: ", StringComparison.Ordinal))
                {
                    // git explains itself in the lines after it.
                    fatal ??= text;
                }
                else if (text.Length > 0 && !text.StartsWith("╰─>", StringComparison.Ordinal) && !text.StartsWith('│'))
                {
                    last = text;
                }
            }

            return step is not null ? Clean(step) : last is null ? $"exit code {ExitCode}" : Clean(last);
        }
    }

    private static string Clean(string text) =>
        Credentials.RemoveFromText(text.Trim()).TrimEnd('.');
}
