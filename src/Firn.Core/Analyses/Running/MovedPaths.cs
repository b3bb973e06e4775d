using System.Text;

namespace Firn.Analyses.Running;

/// <summary>Finds the paths of a folder inside of arguments, shell texts and lists, and puts another folder in its place.</summary>
internal static class MovedPaths
{
    /// <summary>The text with the folder's path replaced wherever a path begins with it.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="from">The folder, absolute and clean.</param>
    /// <param name="to">What stands in its place.</param>
    public static string Of(string text, string from, string to)
    {
        StringBuilder? moved = null;
        var copied = 0;
        for (var at = Next(text, from, 0); at >= 0; at = Next(text, from, at + from.Length))
        {
            moved ??= new StringBuilder();
            moved.Append(text, copied, at - copied).Append(to);
            copied = at + from.Length;
        }

        return moved is null ? text : moved.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Whether a path in the text begins with the folder.</summary>
    public static bool Contain(string text, string folder) => Next(text, folder, 0) >= 0;

    private static int Next(string text, string folder, int start)
    {
        for (var at = text.IndexOf(folder, start, StringComparison.Ordinal); at >= 0; at = text.IndexOf(folder, at + 1, StringComparison.Ordinal))
        {
            if (IsStart(text, at) && IsEnd(text, at + folder.Length))
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Nothing of a name stands before it, but for an option's letter, as in <c>-I/home/ana/include</c>.</summary>
    private static bool IsStart(string text, int at) =>
        at == 0
        || !IsOfName(text[at - 1])
        || (at >= 2 && char.IsAsciiLetter(text[at - 1]) && text[at - 2] == '-' && (at == 2 || !IsOfName(text[at - 3])));

    private static bool IsEnd(string text, int at) => at == text.Length || !IsOfName(text[at]) || text[at] == '/';

    private static bool IsOfName(char character) => char.IsLetterOrDigit(character) || character is '_' or '-' or '.' or '/' or '~' or '+';
}
