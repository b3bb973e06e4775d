namespace Firn.Analyses.Records;

/// <summary>Where the words of a command in one text end.</summary>
internal static class ShellText
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
