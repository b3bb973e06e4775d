namespace Firn.Conda;

/// <summary>URLs the way conda takes them apart (conda common/url.py).</summary>
internal static class CondaUrl
{
    /// <summary>
    /// The URL without <c>user:password@</c> and without the path part <c>/t/TOKEN</c>; also without the mask
    /// <c>/t/&lt;TOKEN&gt;</c> that conda puts into its records. conda 24.7 and newer leave half of such a mask in place
    /// (<c>split_anaconda_token</c> takes letters, digits and <c>-</c> only), which makes a URL that no tool can fetch.
    /// </summary>
    public static string RemoveCredentials(string url)
    {
        var user = UserInfo(url);
        var plain = user.Length == 0
            ? url
            : string.Concat(url.AsSpan(0, user.Start), url.AsSpan(user.Start + user.Length));
        var token = Token(plain);
        return token.Length == 0
            ? plain
            : string.Concat(plain.AsSpan(0, token.Start), plain.AsSpan(token.Start + token.Length));
    }

    /// <summary>Whether <see cref="RemoveCredentials"/> would take something away.</summary>
    public static bool HasCredentials(string? url) =>
        url is not null && (UserInfo(url).Length > 0 || Token(url).Length > 0);

    /// <summary>
    /// What conda 24.7 and newer print for a URL without credentials: <c>str(urlparse(url))</c> writes scheme and host
    /// in lower case, and the slash at the end is gone (<c>remove_auth</c>, <c>split_anaconda_token</c>).
    /// </summary>
    public static string Normalize(string url)
    {
        url = url.TrimEnd('/');
        var authority = AuthorityStart(url);
        if (authority == 0)
        {
            return url;
        }

        var end = AuthorityEnd(url, authority);
        var start = url[..end];
        var lower = start.ToLowerInvariant();
        return lower == start ? url : string.Concat(lower, url.AsSpan(end));
    }

    /// <summary>The file name of a package archive at the end of the URL, or <see langword="null"/>.</summary>
    public static string? ArchiveName(string? url)
    {
        if (url is null || !IsArchive(url))
        {
            return null;
        }

        var name = url[(url.LastIndexOf('/') + 1)..];
        return name.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(name) : name;
    }

    public static bool IsArchive(string url) =>
        url.EndsWith(".conda", StringComparison.Ordinal) || url.EndsWith(".tar.bz2", StringComparison.Ordinal);

    /// <summary>Where the authority starts, behind <c>scheme://</c>; 0 where there is no scheme.</summary>
    public static int AuthorityStart(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        foreach (var c in url.AsSpan(0, Math.Max(0, scheme)))
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return 0;
            }
        }

        return scheme <= 0 ? 0 : scheme + 3;
    }

    public static int AuthorityEnd(string url, int start)
    {
        var end = url.AsSpan(start).IndexOfAny('/', '?', '#');
        return end < 0 ? url.Length : start + end;
    }

    private static (int Start, int Length) UserInfo(string url)
    {
        var start = AuthorityStart(url);
        if (start == 0)
        {
            return default;
        }

        var at = url.AsSpan(start, AuthorityEnd(url, start) - start).LastIndexOf('@');
        return at < 0 ? default : (start, at + 1);
    }

    private static (int Start, int Length) Token(string url)
    {
        var start = url.IndexOf("/t/", StringComparison.Ordinal);
        if (start < 0)
        {
            return default;
        }

        var end = url.AsSpan(start + 3).IndexOf('/');
        return (start, end < 0 ? url.Length - start : 3 + end);
    }
}
