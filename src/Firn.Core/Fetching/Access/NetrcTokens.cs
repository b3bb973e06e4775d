using System.Text;

namespace Firn.Fetching.Access;

/// <summary>
/// The words of a netrc file as Python 3.11 and later have them (Lib/netrc.py, _netrclex): separated by blanks, with
/// <c>"</c> around a word, and a backslash before any character that stands for itself.
/// </summary>
internal sealed class NetrcTokens(string text)
{
    private int _at;

    /// <summary>The line of the next character, from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>The next word; empty at the end, and for <c>""</c>.</summary>
    public string Next()
    {
        while (Peek() is '\n' or '\t' or '\r' or ' ')
        {
            Read();
        }

        var word = new StringBuilder();
        var isQuoted = Peek() == '"';
        if (isQuoted)
        {
            Read();
        }

        while (Peek() is >= 0)
        {
            var c = Read();
            if (isQuoted ? c == '"' : c is '\n' or '\t' or '\r' or ' ')
            {
                break;
            }

            if (c == '\\')
            {
                c = Read();
            }

            if (c >= 0)
            {
                word.Append((char)c);
            }
        }

        return word.ToString();
    }

    /// <summary>What is left of the line, with its end; empty at the end of the file.</summary>
    public ReadOnlySpan<char> RestOfLine()
    {
        var end = text.IndexOf('\n', _at);
        var start = _at;
        _at = end < 0 ? text.Length : end + 1;
        return text.AsSpan(start, _at - start);
    }

    private int Peek() => _at < text.Length ? text[_at] : -1;

    private int Read()
    {
        var c = Peek();
        if (c >= 0)
        {
            _at++;
        }

        if (c == '\n')
        {
            Line++;
        }

        return c;
    }
}
