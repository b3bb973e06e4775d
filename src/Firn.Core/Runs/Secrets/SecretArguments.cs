using System.Text;

namespace Firn.Runs.Secrets;

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
    /// <summary>Values of settings that say that there is none.</summary>
    private static readonly HashSet<string> Plain =
        new(StringComparer.OrdinalIgnoreCase) { "true", "false", "null", "none", "yes", "no", "~" };

    private readonly SecretPlaceholders _marks = new();

    /// <summary>The option or variable whose value comes next.</summary>
    private SecretOption? _expected;

    /// <summary>Whether <see cref="_expected"/> is the program's own option: what comes next is its value, whatever it looks like.</summary>
    private bool _isOwn;

    /// <summary>Whether the value of <see cref="_expected"/> follows without a space.</summary>
    private bool _isTouching;

    /// <summary>Whether a header comes next.</summary>
    private bool _isHeader;
    private SecretProgram _program = new();

    /// <summary>The word before, which tells whether a text is for a shell.</summary>
    private string _previous = string.Empty;

    private SecretArguments()
    {
    }

    /// <summary>Masks a command.</summary>
    public static MaskedCommand Mask(IReadOnlyList<string> command)
    {
        var masker = new SecretArguments();
        var arguments = new List<string>(command.Count);
        var masked = new List<string>();
        foreach (var argument in command)
        {
            arguments.Add(masker._marks.Finish(masker.Argument(masker.Pairs(argument)), masked));
            // In a list of arguments nothing stands in quotes of its own.
            masker._expected = masker._isTouching ? null : masker._expected;
        }

        return new MaskedCommand(arguments, masked);
    }

    /// <summary>A command line in one text, for a message.</summary>
    public static string MaskText(string text)
    {
        var masker = new SecretArguments();
        return masker._marks.Finish(masker.Text(masker.Pairs(text)), []);
    }

    private string Pairs(string text) => new SecretAssignments(text, Masked).Mask();

    private string Argument(string argument, bool isText = true)
    {
        var previous = _previous;
        _previous = argument;
        if (_expected is { } option && (_isOwn || !argument.StartsWith('-') || IsLikelyValue(argument)))
        {
            if (option.Name.EndsWith(':') && SecretHeaders.IsScheme(argument))
            {
                return argument;
            }

            _expected = null;
            return _isOwn || SecretNames.Contains(option.Name, argument) ? Value(option, argument) : argument;
        }

        _expected = null;
        return Header(argument) ?? Assignment(argument, previous)
            ?? (isText && argument.AsSpan().IndexOfAny(" \n\t'\"") >= 0 && !IsOwnOption(argument) ? Text(argument) : Word(argument));
    }

    /// <summary>A password may begin with a dash; a switch is short, or begins with two.</summary>
    private static bool IsLikelyValue(string argument) => argument.Length > 3 && argument[1] != '-' && !argument.Contains('=', StringComparison.Ordinal);

    /// <summary>One argument <c>--password=a b</c>: all of it is the value, but in a command for a shell.</summary>
    private string? Assignment(string argument, string previous)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var space = argument.AsSpan().IndexOfAny(" \n\t'\"");
        var isForShell = !argument.StartsWith('-') && (previous.Length == 0 || (previous[0] == '-' && previous[^1] is 'c' or 'p'));
        return equals <= 0 || space < equals || isForShell || !argument[..equals].All(SecretAssignments.IsOfName)
            || !SecretNames.Contains(argument[..equals], argument[(equals + 1)..]) || IsReference(argument[(equals + 1)..]) ? null
            : $"{argument[..(equals + 1)]}{Masked(argument[..equals])}";
    }

    /// <summary><c>NAME: VALUE</c>, also behind <c>-H</c> or <c>--header=</c>.</summary>
    private string? Header(string argument)
    {
        var start = SecretHeaders.Start(argument);
        var isHeader = _isHeader || start > 0;
        _isHeader = argument is "-H" or "--header" or "--proxy-header";
        var colon = argument.IndexOf(':', start);
        if (colon <= start || !argument[start..colon].All(SecretAssignments.IsOfName)
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
            : IsReference(SecretHeaders.WithoutScheme(argument[value..])) ? argument
            : $"{argument[..value]}{Masked(argument[start..colon])}";
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
        var isEchoed = false;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c) || ShellScriptWords.Separators.Contains(c, StringComparison.Ordinal))
            {
                var isSpace = c is ' ' or '\t';
                _expected = isSpace && !_isTouching ? _expected : null;
                _program = isSpace || c is '<' or '>' ? _program : new SecretProgram();
                isEchoed &= isSpace;
                clean.Append(c);
                at++;
            }
            else if (ShellScriptWords.Quotes.Contains(c, StringComparison.Ordinal))
            {
                var end = ShellScriptWords.QuoteEnd(text, at);
                var inner = text[(at + 1)..end];
                var value = isEchoed ? Echoed(inner) : Argument(inner);
                clean.Append(c).Append(value);
                clean.Append(end < text.Length ? c.ToString() : string.Empty);
                at = ShellScriptWords.Past(text, Math.Min(end + 1, text.Length), SecretPlaceholders.Is(value));
                // In code a comma or a parenthesis follows.
                _expected = at < text.Length && char.IsWhiteSpace(text[at]) ? _expected : null;
            }
            else
            {
                var end = at;
                while (end < text.Length && !char.IsWhiteSpace(text[end])
                    && !ShellScriptWords.Quotes.Contains(text[end], StringComparison.Ordinal)
                    && (!ShellScriptWords.Separators.Contains(text[end], StringComparison.Ordinal) || ShellScriptWords.IsInUrl(text, at, end)))
                {
                    end += ShellScriptWords.IsEscape(text, end) ? 2 : 1;
                }

                var word = text[at..end];
                var value = isEchoed ? Echoed(word) : Argument(word, isText: false);
                clean.Append(value);
                isEchoed |= word is "echo" or "printf" && ShellScriptWords.IsForStandardInput(text, end);
                ExpectQuoted(word, end < text.Length && ShellScriptWords.Quotes.Contains(text[end], StringComparison.Ordinal));
                at = ShellScriptWords.Past(text, end, SecretPlaceholders.IsLast(value));
            }
        }

        _program = outer;
        _expected = null;
        return clean.ToString();
    }

    private string Echoed(string word) =>
        word.Length == 0 || word[0] == '-' || word.Contains('%', StringComparison.Ordinal) || IsReference(word) ? word : Masked("STDIN");

    /// <summary><c>-p'SECRET'</c>: the value stands in quotes behind the option.</summary>
    private void ExpectQuoted(string word, bool isQuoted)
    {
        _isTouching = isQuoted || (_expected is not null && word.EndsWith('='));
        if (isQuoted && _expected is null && _program.Find(word + " ", out var at) is { } option && at == word.Length)
        {
            (_expected, _isOwn) = (option, true);
        }
    }

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

        // Authorization: Bearer SECRET, in words.
        var isHeader = word.EndsWith(':') && (word.Contains('-', StringComparison.Ordinal) || word.StartsWith("auth", StringComparison.OrdinalIgnoreCase));
        if (equals < 0 && word.Length > 2 && (word[0] == '-' || isHeader) && SecretNames.Contains(word, string.Empty))
        {
            (_expected, _isOwn, _isTouching) = (new SecretOption(word, SecretOptionForm.Next), false, false);
            return word;
        }

        // net use /password:SECRET, but not a folder and where it is mounted.
        if (word.StartsWith('/') && word.IndexOf(':', StringComparison.Ordinal) is > 1 and var colon && colon < word.Length - 1 && word[colon + 1] != '/'
            && word.IndexOf('/', 1) is var slash && (slash < 0 || slash > colon) && SecretNames.Contains(word[1..colon], word[(colon + 1)..]))
        {
            return IsReference(word[(colon + 1)..]) ? word : $"{word[..(colon + 1)]}{Masked(word[1..colon])}";
        }

        // Parameters of a URL without its scheme, or of a form.
        var isQuery = !isUrl && equals > 0 && word.AsSpan().IndexOfAny('?', '&') >= 0;
        var clean = SecretUrls.Mask(isQuery ? "x://?" + word : word, () => Masked("URL"))[(isQuery ? "x://?".Length : 0)..];
        return SecretTokens.Mask(clean, () => Masked("TOKEN"));
    }

    private string Masked(string name) => _marks.Add(name);

    /// <summary>Whether a value only says where the secret is.</summary>
    public static bool IsReference(string value)
    {
        var text = value.Trim();
        return text is SecretVariables.Mask || Plain.Contains(text) || SecretPlaceholders.Is(text) || (text.Length > 1 && text[0] is '$' or '%' && text.AsSpan().IndexOfAny(" \t") < 0)
            || text.StartsWith("env:", StringComparison.Ordinal) || text.StartsWith("file:", StringComparison.Ordinal)
            || text.StartsWith("fd:", StringComparison.Ordinal);
    }
}

/// <summary>
/// Stands in for secrets while a text is looked through more than once: what is named in the end comes in the order of the places,
/// as a rerun fills them.
/// </summary>
internal sealed class SecretPlaceholders
{
    /// <summary>No character of any text (Unicode, section 23.7).</summary>
    private const char Start = '\uFFFF';
    private const int Length = 3;
    private const int Digits = 4096;
    private readonly List<string> _names = [];

    /// <summary>What stands in a secret's place until <see cref="Finish"/>.</summary>
    public string Add(string name)
    {
        _names.Add(name);
        var at = _names.Count - 1;
        return new string([Start, (char)('\uE000' + (at / Digits)), (char)('\uE000' + (at % Digits))]);
    }

    public static bool Is(ReadOnlySpan<char> text) => text.Length == Length && text[0] == Start;

    public static bool IsLast(string text) => text.Length >= Length && Is(text.AsSpan(text.Length - Length));

    /// <summary>The text with <c>***</c>.</summary>
    /// <param name="text">With marks.</param>
    /// <param name="masked">Takes their names.</param>
    public string Finish(string text, List<string> masked)
    {
        if (_names.Count == 0)
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var at = i + 2 < text.Length && text[i] == Start ? ((text[i + 1] - '\uE000') * Digits) + text[i + 2] - '\uE000' : -1;
            if (at >= 0 && at < _names.Count)
            {
                masked.Add(_names[at]);
                clean.Append(SecretVariables.Mask);
                i += Length - 1;
            }
            else
            {
                clean.Append(text[i]);
            }
        }

        _names.Clear();
        return clean.ToString();
    }
}

/// <summary>Where the words of a command in one text end.</summary>
internal static class ShellScriptWords
{
    public const string Quotes = "'\"";
    public const string Separators = ";|&()<>`";

    public static bool IsEscape(string text, int at) => text[at] == '\\' && at + 1 < text.Length && text[at + 1] != '\n';

    public static int QuoteEnd(string text, int start)
    {
        var end = start + 1;
        while (end < text.Length && text[end] != text[start])
        {
            end += text[start] == '"' && IsEscape(text, end) ? 2 : 1;
        }

        return end;
    }

    /// <summary>Past what a masked value goes on with: <c>--token="a"'b'c</c>.</summary>
    public static int Past(string text, int at, bool isMasked)
    {
        while (isMasked && at < text.Length && !char.IsWhiteSpace(text[at]) && !Separators.Contains(text[at], StringComparison.Ordinal))
        {
            at = Math.Min(text.Length, Quotes.Contains(text[at], StringComparison.Ordinal) ? QuoteEnd(text, at) + 1 : at + (IsEscape(text, at) ? 2 : 1));
        }

        return at;
    }

    /// <summary><c>echo SECRET | docker login --password-stdin</c>.</summary>
    public static bool IsForStandardInput(string text, int at)
    {
        var pipe = text.IndexOf('|', at);
        var end = pipe < 0 ? -1 : text.AsSpan(pipe + 1).IndexOfAny(";|&\n");
        var next = pipe < 0 ? string.Empty : end < 0 ? text[(pipe + 1)..] : text.Substring(pipe + 1, end);
        return next.Contains("-stdin", StringComparison.Ordinal) || next.Contains("--with-token", StringComparison.Ordinal);
    }

    /// <summary>Between the parameters of a URL stands an <c>&amp;</c> too; unquoted it would end the command, but it is not ours to say.</summary>
    public static bool IsInUrl(string text, int start, int at) =>
        text[at] == '&' && text.AsSpan(start, at - start).Contains("://", StringComparison.Ordinal)
        && at + 1 < text.Length && text[at + 1] != '&';
}
