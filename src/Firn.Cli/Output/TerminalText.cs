namespace Firn.Cli.Output;

/// <summary>Text of other people on its way to a terminal: file names, metadata, variables.</summary>
internal static class TerminalText
{
    /// <summary>
    /// The text on one line: control characters, which terminals obey, and those that turn the direction of writing,
    /// which make a line read as another one, become <c>?</c>.
    /// </summary>
    public static string Clean(string text)
    {
        var first = 0;
        while (first < text.Length && !IsDangerous(text[first]))
        {
            first++;
        }

        return first == text.Length
            ? text
            : string.Create(text.Length, text, static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = IsDangerous(source[i]) ? '?' : source[i];
                }
            });
    }

    private static bool IsDangerous(char character) =>
        char.IsControl(character)
        || character is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
