using System.Text;

namespace Firn.Common;

/// <summary>Takes credentials out of URLs before they reach a document, a log or a message.</summary>
internal static class Credentials
{
    // Parts of the names of parameters that carry a right: S3's and Google's X-Amz-Signature, X-Goog-Credential and the
    // like, Azure's sig, GitLab's private_token, CloudFront's Signature.
    private static readonly string[] SecretParameters =
        ["token", "secret", "password", "passwd", "signature", "credential", "api_key", "apikey", "api-key", "accesskey", "auth"];

    /// <summary>
    /// The URL without <c>user:password@</c>, without conda's <c>/t/TOKEN/</c> path part and without the parameters of
    /// its query that carry a right, as the URLs of private downloads have them. A lone user name is kept
    /// only as <c>git@</c>, <c>hg@</c> or <c>ssh://user@</c>, where it names an account and no secret
    /// (pip: utils/misc.py redact_auth_from_url; conda: common/url.py split_anaconda_token).
    /// </summary>
    public static string Remove(string url) => RemoveParameters(RemoveToken(RemoveUserInfo(url)));

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

    private static string RemoveUserInfo(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return url;
        }

        var start = scheme + 3;
        var end = url.AsSpan(start).IndexOfAny('/', '?', '#');
        var authority = end < 0 ? url.AsSpan(start) : url.AsSpan(start, end);
        var at = authority.LastIndexOf('@');
        if (at < 0)
        {
            return url;
        }

        var user = authority[..at];
        var isAccount = user is "git" or "hg"
            || (url.AsSpan(0, scheme).EndsWith("ssh", StringComparison.OrdinalIgnoreCase) && !user.Contains(':'));
        return isAccount ? url : string.Concat(url.AsSpan(0, start), url.AsSpan(start + at + 1));
    }

    private static string RemoveParameters(string url)
    {
        var start = url.IndexOf('?', StringComparison.Ordinal);
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
                url.AsSpan(0, start), kept.Count == 0 ? string.Empty : "?" + string.Join('&', kept), tail[query.Length..]);
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

        return name.Equals("sig", StringComparison.OrdinalIgnoreCase);
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
