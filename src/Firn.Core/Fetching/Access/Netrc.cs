using System.Collections.Immutable;

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
