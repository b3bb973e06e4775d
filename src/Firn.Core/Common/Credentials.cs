using System.Buffers;
using System.Text;

namespace Firn.Common;

/// <summary>Takes credentials out of URLs before they reach a document, a log or a message.</summary>
public static class Credentials
{
    // Parts of the names of parameters that carry a right: S3's and Google's X-Amz-Signature, X-Goog-Credential and the
    // like, Azure's sig, GitLab's private_token, CloudFront's Signature.
    private static readonly string[] SecretParameters =
        ["token", "secret", "password", "passwd", "signature", "credential", "api_key", "apikey", "api-key", "accesskey", "auth"];

    private static readonly SearchValues<char> WordEnds = SearchValues.Create(" \t\n,;\"'");

    /// <summary>
    /// The URL without <c>user:password@</c>, without conda's <c>/t/TOKEN/</c> path part and without the parameters of
    /// its query that carry a right, as the URLs of private downloads have them. A lone user name is kept
    /// only as <c>git@</c>, <c>hg@</c> or <c>ssh://user@</c>, where it names an account and no secret
    /// (pip: utils/misc.py redact_auth_from_url; conda: common/url.py split_anaconda_token).
    /// </summary>
    public static string Remove(string url) =>
        RemoveParameters(RemoveParameters(RemoveToken(RemoveUserInfos(RemoveOracleUser(url))), '?'), '#');

    /// <summary>The same for each URL in a text of many words, such as what a program says.</summary>
    public static string RemoveFromText(string text)
    {
        var start = 0;
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || char.IsWhiteSpace(text[i]))
            {
                var word = text[start..i];
                clean.Append(word.Contains("://", StringComparison.Ordinal) ? Remove(word) : word);
                clean.Append(text.AsSpan(i, i == text.Length ? 0 : 1));
                start = i + 1;
            }
        }

        return clean.ToString();
    }

    /// <summary>A word may hold several URLs.</summary>
    private static string RemoveUserInfos(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        while (scheme >= 0 && scheme < url.LastIndexOf('@'))
        {
            url = RemoveUserInfo(url, scheme);
            scheme = url.IndexOf("://", scheme + 3, StringComparison.Ordinal);
        }

        return url;
    }

    private static string RemoveUserInfo(string url, int scheme)
    {
        var start = scheme + 3;
        var rest = url.AsSpan(start);
        var end = rest.IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        var at = authority.LastIndexOf('@');
        if (at < 0 && end > 0 && IsUserInfo(authority))
        {
            // A password with a slash in it, as people write it.
            var word = rest.IndexOfAny(WordEnds);
            at = (word < 0 ? rest : rest[..word]).IndexOf('@');
        }

        if (at < 0)
        {
            return url;
        }

        var user = rest[..at];
        var isAccount = user is "git" or "hg"
            || (url.AsSpan(0, scheme).EndsWith("ssh", StringComparison.OrdinalIgnoreCase) && !user.Contains(':'));
        return isAccount ? url : string.Concat(url.AsSpan(0, start), url.AsSpan(start + at + 1));
    }

    /// <summary>Whether what looks like a host has no port behind its colon.</summary>
    private static bool IsUserInfo(ReadOnlySpan<char> authority) =>
        !authority.StartsWith('[') && authority.IndexOf(':') is >= 0 and var colon && authority[(colon + 1)..].IndexOfAnyExceptInRange('0', '9') >= 0;

    /// <summary><c>jdbc:oracle:thin:user/password@host</c>.</summary>
    private static string RemoveOracleUser(string url)
    {
        var start = url.IndexOf("jdbc:oracle:", StringComparison.OrdinalIgnoreCase);
        var user = start < 0 ? -1 : url.IndexOf(':', start + "jdbc:oracle:".Length) + 1;
        var at = user <= 0 ? -1 : url.IndexOf('@', user);
        return at > user && url.AsSpan(user, at - user).Contains('/') ? string.Concat(url.AsSpan(0, user), url.AsSpan(at)) : url;
    }

    /// <summary>Of the query, or of the fragment: single-page programs have tokens there.</summary>
    private static string RemoveParameters(string url, char first)
    {
        var start = url.IndexOf(first, StringComparison.Ordinal);
        if (start < 0 || !url.Contains("://", StringComparison.Ordinal))
        {
            return url;
        }

        var tail = url.AsSpan(start + 1);
        var end = tail.IndexOfAny('#', ' ', '\n');
        var query = end < 0 ? tail : tail[..end];
        var kept = new List<string>();
        var isChanged = false;
        foreach (var range in query.Split('&'))
        {
            var parameter = query[range];
            if (IsSecret(parameter))
            {
                isChanged = true;
            }
            else
            {
                kept.Add(parameter.ToString());
            }
        }

        return !isChanged
            ? url
            : string.Concat(
                url.AsSpan(0, start), kept.Count == 0 ? string.Empty : first + string.Join('&', kept), tail[query.Length..]);
    }

    private static bool IsSecret(ReadOnlySpan<char> parameter)
    {
        var equals = parameter.IndexOf('=');
        var name = equals < 0 ? parameter : parameter[..equals];
        foreach (var part in SecretParameters)
        {
            if (name.Contains(part, StringComparison.OrdinalIgnoreCase)
                && !name.TrimEnd("s").Equals("author", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        // Google's keys; another `key` is as often a document's.
        return name.Equals("sig", StringComparison.OrdinalIgnoreCase) || name.Equals("pwd", StringComparison.OrdinalIgnoreCase)
            || name.Equals("jwt", StringComparison.OrdinalIgnoreCase)
            || (name is "key" && parameter.Length > equals + 30 && parameter[(equals + 1)..].StartsWith("AIza", StringComparison.Ordinal));
    }

    private static string RemoveToken(string url)
    {
        var search = 0;
        while (true)
        {
            var at = url.IndexOf("/t/", search, StringComparison.Ordinal);
            if (at < 0)
            {
                return url;
            }

            var token = url.AsSpan(at + 3);
            var end = token.IndexOf('/');
            token = end < 0 ? token : token[..end];
            if (IsToken(token))
            {
                return string.Concat(url.AsSpan(0, at), url.AsSpan(at + 3 + token.Length));
            }

            search = at + 2;
        }
    }

    /// <summary>conda: <c>re.compile(r"/t/([a-zA-Z0-9-_]+)")</c> wherever it stands after the host.</summary>
    private static bool IsToken(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }

        return text.Length > 0;
    }
}
