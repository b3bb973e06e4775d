using System.Text;

namespace Firn.Python.Requirements;

/// <summary>Splits options into words as <c>shlex.split</c> does: blanks, both quotes and backslashes.</summary>
internal static class ShellWords
{
    /// <summary>The words; <see langword="null"/> where a quote is open or a backslash ends the text.</summary>
    public static List<string>? Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isOpen = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is ' ' or '\t' or '\r' or '\n')
            {
                if (isOpen)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    isOpen = false;
                }

                continue;
            }

            isOpen = true;
            if (c is '\'' or '"')
            {
                i = ReadQuoted(text, i, word);
            }
            else if (c == '\\')
            {
                i++;
                word.Append(i < text.Length ? text[i] : '\0');
            }
            else
            {
                word.Append(c);
            }

            if (i >= text.Length)
            {
                return null;
            }
        }

        if (isOpen)
        {
            words.Add(word.ToString());
        }

        return words;
    }

    /// <summary>Where the closing quote is; the text's length where there is none.</summary>
    private static int ReadQuoted(string text, int start, StringBuilder word)
    {
        var quote = text[start];
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == quote)
            {
                return i;
            }

            // Within double quotes a backslash is one, unless it stands before a quote or another.
            if (quote == '"' && text[i] == '\\' && i + 1 < text.Length && (text[i + 1] is '"' or '\\'))
            {
                i++;
            }

            word.Append(text[i]);
        }

        return text.Length;
    }
}
