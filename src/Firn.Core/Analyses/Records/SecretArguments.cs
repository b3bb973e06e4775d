using System.Text;
using Firn.Common;

namespace Firn.Analyses.Records;

/// <summary>A command as it may be kept.</summary>
/// <param name="Arguments">The program and its arguments, with <c>***</c> in the place of each secret.</param>
/// <param name="Masked">What each secret was, in the order of their places: the option, the variable, <c>URL</c> or <c>TOKEN</c>.</param>
internal sealed record MaskedCommand(IReadOnlyList<string> Arguments, IReadOnlyList<string> Masked);

/// <summary>
/// Masks what in a command looks like a secret: the values of options, variables and headers that are called so, passwords in
/// URLs, and tokens that are known by how they begin. A reference such as <c>$TOKEN</c> is none.
/// </summary>
internal sealed class SecretArguments
{
    /// <summary>What a rerun takes masked arguments from: this, and the name in capitals.</summary>
    public const string Variable = "FIRN_SECRET_";

    private const string Quotes = "'\"";
    private const string Separators = ";|&()<>`";
    private readonly List<string> _masked = [];

    /// <summary>The option or variable whose value comes next.</summary>
    private string? _expected;

    private SecretArguments()
    {
    }

    /// <summary>Masks a command.</summary>
    public static MaskedCommand Mask(IReadOnlyList<string> command)
    {
        var masker = new SecretArguments();
        var arguments = new List<string>(command.Count);
        foreach (var argument in command)
        {
            arguments.Add(masker.Argument(argument));
        }

        return new MaskedCommand(arguments, masker._masked);
    }

    /// <summary>A command line in one text, for a message.</summary>
    public static string MaskText(string text) => new SecretArguments().Text(text);

    /// <summary>The command with its secrets put back, from variables of whoever runs it again.</summary>
    /// <param name="execution">What was run.</param>
    /// <param name="variables">Has <see cref="Variable"/> and the name for each.</param>
    /// <exception cref="FirnException">One is not set: a command with <c>***</c> in it must not run.</exception>
    public static IReadOnlyList<string> Fill(Execution execution, Surroundings variables)
    {
        if (execution.MaskedArguments.IsEmpty)
        {
            return execution.Command;
        }

        var names = VariablesOf(execution.MaskedArguments);
        var missing = names.FindAll(name => variables.Variable(name) is null);
        if (missing.Count > 0)
        {
            throw new FirnException(
                $"the command of {execution.Subject}/{execution.Name} had secrets in it that are not kept: {string.Join(", ", execution.MaskedArguments)}",
                $"supply them: set the variable{(missing.Count == 1 ? string.Empty : "s")} {string.Join(", ", missing)} and run it again");
        }

        var next = 0;
        var filled = new List<string>(execution.Command.Length);
        foreach (var argument in execution.Command)
        {
            var parts = argument.Split(SecretVariables.Mask);
            var text = new StringBuilder(parts[0]);
            for (var i = 1; i < parts.Length; i++)
            {
                text.Append(next < names.Count ? variables.Variable(names[next]) : SecretVariables.Mask).Append(parts[i]);
                next++;
            }

            filled.Add(text.ToString());
        }

        return next == names.Count
            ? filled
            : throw new FirnException(
                $"the command of {execution.Subject}/{execution.Name} holds {SecretVariables.Mask} of its own beside the secrets that were masked",
                "run the command anew: `firn results show` names the run's files, and its run.json the command");
    }

    /// <summary>The variables that <see cref="Fill"/> asks for; a name that comes twice gets a number.</summary>
    public static List<string> VariablesOf(IReadOnlyList<string> masked)
    {
        var names = new List<string>();
        foreach (var name in masked)
        {
            var text = new StringBuilder(Variable);
            foreach (var c in name.TrimStart('-'))
            {
                text.Append(char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_');
            }

            var first = text.ToString();
            for (var i = 2; names.Contains(text.ToString()); i++)
            {
                text.Clear().Append(first).Append('_').Append(i);
            }

            names.Add(text.ToString());
        }

        return names;
    }

    private string Argument(string argument)
    {
        if (_expected is { } name && !argument.StartsWith('-'))
        {
            _expected = null;
            return IsReference(argument) || !SecretNames.Contains(name, argument) ? argument : Masked(name);
        }

        _expected = null;
        var colon = argument.IndexOf(": ", StringComparison.Ordinal);
        if (colon > 0 && argument.IndexOfAny([' ', '\n']) == colon + 1 && SecretNames.Contains(argument[..colon], string.Empty)
            && !IsReference(argument[(colon + 2)..]))
        {
            return $"{argument[..(colon + 2)]}{Masked(argument[..colon])}";
        }

        return argument.AsSpan().IndexOfAny(" \n\t'\"") >= 0 ? Text(argument) : Word(argument);
    }

    /// <summary>A text for a shell.</summary>
    private string Text(string text)
    {
        var clean = new StringBuilder(text.Length);
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c) || Separators.Contains(c, StringComparison.Ordinal))
            {
                _expected = c is ' ' or '\t' ? _expected : null;
                clean.Append(c);
                at++;
            }
            else if (Quotes.Contains(c, StringComparison.Ordinal))
            {
                var end = text.IndexOf(c, at + 1);
                var inner = end < 0 ? text[(at + 1)..] : text[(at + 1)..end];
                clean.Append(c).Append(Argument(inner));
                clean.Append(end < 0 ? string.Empty : c);
                at = end < 0 ? text.Length : end + 1;
            }
            else
            {
                var end = at;
                while (end < text.Length && !char.IsWhiteSpace(text[end])
                    && !Quotes.Contains(text[end], StringComparison.Ordinal)
                    && (!Separators.Contains(text[end], StringComparison.Ordinal) || IsInUrl(text, at, end)))
                {
                    end++;
                }

                var word = text[at..end];
                clean.Append(_expected is null ? Word(word) : Argument(word));
                at = end;
            }
        }

        return clean.ToString();
    }

    /// <summary>Between the parameters of a URL stands an <c>&amp;</c> too; unquoted it would end the command, but it is not ours to say.</summary>
    private static bool IsInUrl(string text, int start, int at) =>
        text[at] == '&' && text.AsSpan(start, at - start).Contains("://", StringComparison.Ordinal)
        && at + 1 < text.Length && text[at + 1] != '&';

    private string Word(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var isUrl = word.Contains("://", StringComparison.Ordinal) && (equals < 0 || word.IndexOf("://", StringComparison.Ordinal) < equals);
        if (equals > 0 && !isUrl && SecretNames.Contains(word[..equals], word[(equals + 1)..]))
        {
            var name = word[..equals];
            var value = word[(equals + 1)..];
            if (value.Length == 0)
            {
                _expected = name;
                return word;
            }

            return IsReference(value) ? word : $"{name}={Masked(name)}";
        }

        if (equals < 0 && word.Length > 2 && word[0] == '-' && SecretNames.Contains(word, string.Empty))
        {
            _expected = word;
            return word;
        }

        return SecretTokens.Mask(Url(word), () => Masked("TOKEN"));
    }

    private string Url(string word)
    {
        var removed = Credentials.Remove(word);
        if (removed == word || IsReference(UserInfo(word)))
        {
            return word;
        }

        var start = 0;
        while (start < removed.Length && word[start] == removed[start])
        {
            start++;
        }

        var end = 0;
        while (end < removed.Length - start && word[^(end + 1)] == removed[^(end + 1)])
        {
            end++;
        }

        var keepsAt = word[^(end + 1)] == '@' ? "@" : string.Empty;
        return string.Concat(word.AsSpan(0, start), Masked("URL"), keepsAt, word.AsSpan(word.Length - end));
    }

    private static string UserInfo(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var at = url.IndexOf('@', start);
        return at < 0 ? string.Empty : url[(url.IndexOf(':', start) is > 0 and var colon && colon < at ? colon + 1 : start)..at];
    }

    private string Masked(string name)
    {
        _masked.Add(name);
        return SecretVariables.Mask;
    }

    /// <summary>Whether a value only says where the secret is.</summary>
    private static bool IsReference(string value)
    {
        var text = value.Trim();
        return text.Length > 1 && text[0] is '$' or '%' && text.AsSpan().IndexOfAny(" \t") < 0;
    }
}
