using System.Buffers;
using System.Text;
using Firn.Common;

namespace Firn.Analyses.Records;

/// <summary>A command as it may be kept.</summary>
/// <param name="Arguments">The program and its arguments, with <c>***</c> in the place of each secret.</param>
/// <param name="Masked">What each secret was, in the order of their places: the option, the variable, <c>URL</c> or <c>TOKEN</c>.</param>
internal sealed record MaskedCommand(IReadOnlyList<string> Arguments, IReadOnlyList<string> Masked);

/// <summary>
/// Masks what in a command looks like a secret: the values of options, variables and headers that are called so, passwords in
/// URLs, what <see cref="SecretOptions"/> knows of programs, and tokens that are known by how they begin. A reference such as <c>$TOKEN</c> is none.
/// </summary>
internal sealed class SecretArguments
{
    private const string Quotes = "'\"";
    private const string Separators = ";|&()<>`";
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    private readonly List<string> _masked = [];

    /// <summary>The option or variable whose value comes next.</summary>
    private SecretOption? _expected;

    /// <summary>Whether <see cref="_expected"/> is the program's own option: what comes next is its value, whatever it looks like.</summary>
    private bool _isOwn;

    /// <summary>Whether the value of <see cref="_expected"/> follows without a space.</summary>
    private bool _isTouching;

    /// <summary>Whether a header comes next.</summary>
    private bool _isHeader;
    private SecretProgram _program = new();

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
            // In a list of arguments nothing stands in quotes of its own.
            masker._expected = masker._isTouching ? null : masker._expected;
        }

        return new MaskedCommand(arguments, masker._masked);
    }

    /// <summary>A command line in one text, for a message.</summary>
    public static string MaskText(string text) => new SecretArguments().Text(text);

    private string Argument(string argument)
    {
        if (_expected is { } option && (_isOwn || !argument.StartsWith('-')))
        {
            _expected = null;
            return _isOwn || SecretNames.Contains(option.Name, argument) ? Value(option, argument) : argument;
        }

        _expected = null;
        return Header(argument)
            ?? (argument.AsSpan().IndexOfAny(" \n\t'\"") >= 0 && !IsOwnOption(argument) ? Text(argument) : Word(argument));
    }

    /// <summary><c>NAME: VALUE</c>, also behind <c>-H</c> or <c>--header=</c>.</summary>
    private string? Header(string argument)
    {
        var start = HeaderStart(argument);
        var isHeader = _isHeader || start > 0;
        _isHeader = argument is "-H" or "--header" or "--proxy-header";
        var colon = argument.IndexOf(':', start);
        if (colon <= start || argument.IndexOfAny([' ', '\n'], start) is >= 0 and var space && space < colon
            || !SecretNames.Contains(argument[start..colon], string.Empty))
        {
            return null;
        }

        var value = colon + 1;
        while (value < argument.Length && argument[value] == ' ')
        {
            value++;
        }

        // Without a space it is as well an image's name, or a host and its port.
        return value == argument.Length || (value == colon + 1 && !isHeader) ? null
            : IsReference(WithoutScheme(argument[value..])) ? argument
            : $"{argument[..value]}{Masked(argument[start..colon])}";
    }

    private static int HeaderStart(string argument)
    {
        foreach (var option in (ReadOnlySpan<string>)["-H", "--header=", "--proxy-header="])
        {
            if (argument.Length > option.Length && argument.StartsWith(option, StringComparison.Ordinal))
            {
                return option.Length;
            }
        }

        return 0;
    }

    /// <summary><c>Bearer TOKEN</c> without its first word.</summary>
    private static string WithoutScheme(string value)
    {
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && value.AsSpan(0, space).IndexOfAnyExcept(Letters) < 0 ? value[(space + 1)..] : value;
    }

    private bool IsOwnOption(string argument) => _program.Find(argument, out var at) is not null && at > 0;

    private string Value(SecretOption option, string value)
    {
        var at = option.Separator == '\0' ? 0 : value.IndexOf(option.Separator, StringComparison.Ordinal) + 1;
        return (option.Separator != '\0' && at == 0) || at == value.Length || IsReference(value[at..])
            ? value
            : $"{value[..at]}{Masked(option.Name)}";
    }

    /// <summary>A text for a shell: its commands have programs of their own.</summary>
    private string Text(string text)
    {
        var outer = _program;
        _program = new SecretProgram();
        var clean = new StringBuilder(text.Length);
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c) || Separators.Contains(c, StringComparison.Ordinal))
            {
                var isSpace = c is ' ' or '\t';
                _expected = isSpace && !_isTouching ? _expected : null;
                _program = isSpace || c is '<' or '>' ? _program : new SecretProgram();
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
                clean.Append(Argument(word));
                ExpectQuoted(word, end < text.Length && Quotes.Contains(text[end], StringComparison.Ordinal));
                at = end;
            }
        }

        _program = outer;
        _expected = null;
        return clean.ToString();
    }

    /// <summary><c>-p'SECRET'</c>: the value stands in quotes behind the option.</summary>
    private void ExpectQuoted(string word, bool isQuoted)
    {
        _isTouching = isQuoted || (_expected is not null && word.EndsWith('='));
        if (isQuoted && _expected is null && _program.Find(word + " ", out var at) is { } option && at == word.Length)
        {
            (_expected, _isOwn) = (option, true);
        }
    }

    /// <summary>Between the parameters of a URL stands an <c>&amp;</c> too; unquoted it would end the command, but it is not ours to say.</summary>
    private static bool IsInUrl(string text, int start, int at) =>
        text[at] == '&' && text.AsSpan(start, at - start).Contains("://", StringComparison.Ordinal)
        && at + 1 < text.Length && text[at + 1] != '&';

    private string Word(string word)
    {
        if (_program.Find(word, out var valueAt) is { } own)
        {
            (_expected, _isOwn, _isTouching) = (valueAt > 0 ? null : own, true, false);
            return valueAt > 0 ? $"{word[..valueAt]}{Value(own, word[valueAt..])}" : word;
        }

        _program.Take(word);
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var isUrl = word.Contains("://", StringComparison.Ordinal) && (equals < 0 || word.IndexOf("://", StringComparison.Ordinal) < equals);
        if (equals > 0 && !isUrl && SecretNames.Contains(word[..equals], word[(equals + 1)..]))
        {
            var name = word[..equals];
            var value = word[(equals + 1)..];
            if (value.Length == 0)
            {
                (_expected, _isOwn, _isTouching) = (new SecretOption(name, SecretOptionForm.Either), false, true);
                return word;
            }

            return IsReference(value) ? word : $"{name}={Masked(name)}";
        }

        if (equals < 0 && word.Length > 2 && word[0] == '-' && SecretNames.Contains(word, string.Empty))
        {
            (_expected, _isOwn, _isTouching) = (new SecretOption(word, SecretOptionForm.Next), false, false);
            return word;
        }

        // Parameters of a URL without its scheme, or of a form.
        var isQuery = !isUrl && equals > 0 && word.AsSpan().IndexOfAny('?', '&') >= 0;
        var clean = isQuery ? Url("x://?" + word)["x://?".Length..] : Url(word);
        return SecretTokens.Mask(clean, () => Masked("TOKEN"));
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
        return (text.Length > 1 && text[0] is '$' or '%' && text.AsSpan().IndexOfAny(" \t") < 0)
            || text.StartsWith("env:", StringComparison.Ordinal) || text.StartsWith("file:", StringComparison.Ordinal)
            || text.StartsWith("fd:", StringComparison.Ordinal);
    }
}
