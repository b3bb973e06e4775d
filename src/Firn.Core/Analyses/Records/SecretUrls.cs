using Firn.Common;

namespace Firn.Analyses.Records;

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
