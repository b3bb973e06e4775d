namespace Firn.Storage.Checks;

/// <summary>Paths and names in commands that a person copies into a shell.</summary>
internal static class ShellText
{
    /// <summary>The text as one word: as it is where it is plain, else in single quotes.</summary>
    public static string Quote(string text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !"/._-+=@,:%".Contains(character, StringComparison.Ordinal))
            {
                return $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
            }
        }

        return text.Length == 0 ? "''" : text;
    }
}
