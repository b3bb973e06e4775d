using System.Buffers;
using System.Text;
using Firn.Common;

namespace Firn.Runs.Secrets;

/// <summary>Tokens that are known by how they begin.</summary>
internal static class SecretTokens
{
    /// <summary>How a service's tokens begin, and how long they are at least with that.</summary>
    private static readonly (string Start, int Length)[] Known =
    [
        ("ghp_", 24), ("gho_", 24), ("ghu_", 24), ("ghs_", 24), ("ghr_", 24), ("github_pat_", 30), ("glpat-", 18), ("glrt-", 18), ("gldt-", 18),
        ("glptt-", 18), ("glft-", 18), ("glsoat-", 18), ("glcbt-", 18), ("glimt-", 18), ("glagent-", 18), ("gsk_", 24), ("nvapi-", 24),
        ("r8_", 24), ("hvs.", 24), ("lsv2_", 24), ("shpat_", 24), ("dapi", 36), ("ATATT3", 30), ("xoxe-", 16), ("hf_", 20),
        ("sk-", 20), ("pk_live_", 20), ("sk_live_", 20), ("rk_live_", 20), ("AKIA", 20), ("ASIA", 20), ("xoxb-", 16), ("xoxp-", 16),
        ("xoxa-", 16), ("xoxr-", 16), ("xoxs-", 16), ("xapp-", 16), ("pypi-AgE", 24), ("npm_", 30), ("AIza", 35), ("ya29.", 24),
        ("dop_v1_", 30), ("dckr_pat_", 20), ("SG.", 40), ("eyJ", 40),
    ];

    /// <summary>Masks each of them.</summary>
    /// <param name="text">One word.</param>
    /// <param name="mask">Is asked for what stands in a token's place.</param>
    public static string Mask(string text, Func<string> mask)
    {
        StringBuilder? clean = null;
        var kept = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if ((at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])) && LengthAt(text, at) is > 0 and var length)
            {
                (clean ??= new StringBuilder()).Append(text, kept, at - kept).Append(mask());
                kept = at + length;
                at = kept - 1;
            }
        }

        return clean is null ? text : clean.Append(text, kept, text.Length - kept).ToString();
    }

    private static int LengthAt(string text, int at)
    {
        foreach (var (start, least) in Known)
        {
            if (string.CompareOrdinal(text, at, start, 0, start.Length) != 0)
            {
                continue;
            }

            var end = at + start.Length;
            var digits = 0;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.'))
            {
                digits += char.IsAsciiLetterOrDigit(text[end]) ? 1 : 0;
                end++;
            }

            // A JWT has three parts; other words may begin so.
            if (end - at >= least && digits >= (least - start.Length) / 2
                && (start != "eyJ" || text.AsSpan(at, end - at).Count('.') == 2))
            {
                return end - at;
            }
        }

        return 0;
    }
}

/// <summary>Masks what <see cref="Credentials"/> takes out of URLs.</summary>
internal static class SecretUrls
{
    /// <summary>Masks one word.</summary>
    /// <param name="word">A URL, or another word.</param>
    /// <param name="mask">Is asked for what stands in the place of what is secret.</param>
    public static string Mask(string word, Func<string> mask)
    {
        var removed = Credentials.Remove(word);
        if (removed == word || SecretArguments.IsReference(UserInfo(word)))
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
        return string.Concat(word.AsSpan(0, start), mask(), keepsAt, word.AsSpan(word.Length - end));
    }

    private static string UserInfo(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var start = scheme + 3;
        var at = scheme < 0 ? -1 : url.IndexOf('@', start);
        return at < 0 ? string.Empty : url[(url.IndexOf(':', start) is > 0 and var colon && colon < at ? colon + 1 : start)..at];
    }
}

/// <summary>How headers are written in commands.</summary>
internal static class SecretHeaders
{
    private static readonly string[] Schemes = ["basic", "bearer", "digest", "negotiate", "token", "apikey"];
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether a word stands before the secret in the value of <c>Authorization</c>.</summary>
    public static bool IsScheme(string word) => Schemes.Contains(word, StringComparer.OrdinalIgnoreCase);

    /// <summary>Where a header begins: behind the option, where that is in the same word.</summary>
    public static int Start(string argument)
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
    public static string WithoutScheme(string value)
    {
        var space = value.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && value.AsSpan(0, space).IndexOfAnyExcept(Letters) < 0 ? value[(space + 1)..] : value;
    }
}
