using Firn.Common;

namespace Firn.Cli.Commands.Solving;

/// <summary>What a program printed.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">The end of standard error.</param>
internal sealed record ProgramResult(int ExitCode, byte[] Output, string Error)
{
    /// <summary>The last line that says what went wrong, without credentials.</summary>
    public string Reason
    {
        get
        {
            string? last = null;
            foreach (var line in Error.Split('\n'))
            {
                var text = line.Trim();
                if (text.StartsWith("ERROR:", StringComparison.OrdinalIgnoreCase))
                {
                    return Clean(text["ERROR:".Length..]);
                }

                last = text.Length > 0 ? text : last;
            }

            return last is null ? $"exit code {ExitCode}" : Clean(last);
        }
    }

    private static string Clean(string text) =>
        string.Join(' ', text.Trim().Split(' ').Select(Credentials.Remove)).TrimEnd('.');
}
