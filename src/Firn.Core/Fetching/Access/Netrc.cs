using System.Collections.Immutable;
using System.Text;

namespace Firn.Fetching.Access;

/// <summary>A netrc file, read by the rules of Python's netrc module (Lib/netrc.py of 3.11 and later), as requests and pip do.</summary>
/// <param name="Entries">The last one of a machine counts; none where there is a problem, as in requests.</param>
/// <param name="Problem">What is wrong with the file; never holds a word of it, which may be a password.</param>
internal sealed record Netrc(ImmutableArray<NetrcEntry> Entries, string? Problem)
{
    private const string Default = "default";

    public static Netrc Parse(string text)
    {
        // Python reads the file as text: all ends of lines become \n.
        var tokens = new NetrcTokens(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'));
        var entries = ImmutableArray.CreateBuilder<NetrcEntry>();
        string? pushed = null;
        while (true)
        {
            var line = tokens.Line;
            var word = pushed ?? tokens.Next();
            pushed = null;
            switch (word)
            {
                case "":
                    return new Netrc(entries.ToImmutable(), null);
                case ['#', ..]:
                    // A comment is "#" alone and the rest of its line, or one word.
                    if (tokens.Line == line && word.Length == 1)
                    {
                        tokens.RestOfLine();
                    }

                    break;
                case "macdef":
                    tokens.Next();
                    if (!SkipMacro(tokens))
                    {
                        return Broken(tokens, "a macro has no empty line at its end");
                    }

                    break;
                case "machine" or Default:
                    var name = word == Default ? Default : tokens.Next();
                    if (name.Length == 0)
                    {
                        return Broken(tokens, "a machine has no name");
                    }

                    if (ReadEntry(tokens, name, out pushed) is not { } entry)
                    {
                        return Broken(tokens, "an unknown word in a machine's entry");
                    }

                    entries.Add(entry);
                    break;
                default:
                    return Broken(tokens, "an unknown word");
            }
        }
    }

    /// <summary>The entry of a host; <paramref name="isDefault"/> asks for the one that all hosts share.</summary>
    public NetrcEntry? Find(string host, bool isDefault)
    {
        var machine = isDefault ? Default : host;
        for (var i = Entries.Length - 1; i >= 0; i--)
        {
            // Python's are keys of a dictionary; hosts know no case, and curl's comparison (lib/netrc.c) neither.
            if (string.Equals(Entries[i].Machine, machine, StringComparison.OrdinalIgnoreCase))
            {
                return Entries[i];
            }
        }

        return null;
    }

    private static NetrcEntry? ReadEntry(NetrcTokens tokens, string machine, out string? pushed)
    {
        string login = string.Empty, account = string.Empty, password = string.Empty;
        while (true)
        {
            var line = tokens.Line;
            var word = tokens.Next();
            switch (word)
            {
                case ['#', ..]:
                    if (tokens.Line == line)
                    {
                        tokens.RestOfLine();
                    }

                    break;
                case "" or "machine" or Default or "macdef":
                    pushed = word;
                    return new NetrcEntry(machine, login, account, password);
                case "login" or "user":
                    login = tokens.Next();
                    break;
                case "account":
                    account = tokens.Next();
                    break;
                case "password":
                    password = tokens.Next();
                    break;
                default:
                    pushed = null;
                    return null;
            }
        }
    }

    private static bool SkipMacro(NetrcTokens tokens)
    {
        while (true)
        {
            var line = tokens.RestOfLine();
            if (line.IsEmpty)
            {
                return false;
            }

            if (line is "\n")
            {
                return true;
            }
        }
    }

    private static Netrc Broken(NetrcTokens tokens, string what) => new([], $"line {tokens.Line}: {what}");
}

/// <summary>What a netrc file says of one machine.</summary>
/// <param name="Machine">The host, or <c>default</c>.</param>
/// <param name="Login">Empty where the file has none.</param>
/// <param name="Account">Empty where the file has none.</param>
/// <param name="Password">Empty where the file has none.</param>
internal sealed record NetrcEntry(string Machine, string Login, string Account, string Password)
{
    /// <summary>Shows no credentials.</summary>
    public override string ToString() => Machine;
}

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
