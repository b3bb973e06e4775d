using Firn.Common;

namespace Firn.Python.Indexes;

/// <summary>URLs of indexes and of the files that they name.</summary>
internal static class IndexUrl
{
    private const int MaxLength = 8192;

    /// <summary>
    /// The URL of a link on a page, without its fragment; <see langword="null"/> where it is none that a file may come
    /// from: a page of the web must not name files of this machine.
    /// </summary>
    public static string? Resolve(Uri page, string link)
    {
        var fragment = link.IndexOf('#', StringComparison.Ordinal);
        link = (fragment < 0 ? link : link[..fragment]).Trim();
        if (link.Length is 0 or > MaxLength || HasControl(link))
        {
            return null;
        }

        if (!Uri.TryCreate(page, link, out var url))
        {
            return null;
        }

        var isAllowed = IsWeb(url) || (url.Scheme == Uri.UriSchemeFile && url.Host.Length == 0 && page.Scheme == Uri.UriSchemeFile);
        return isAllowed ? url.AbsoluteUri : null;
    }

    /// <summary>Whether it is <c>http</c> or <c>https</c>.</summary>
    public static bool IsWeb(string url) =>
        url.StartsWith("https:", StringComparison.OrdinalIgnoreCase) || url.StartsWith("http:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The name of the file that a URL names; <see langword="null"/> where it is not a safe name.</summary>
    public static string? FileName(string url)
    {
        var end = url.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? url.AsSpan() : url.AsSpan(0, end);
        var host = path.IndexOf("://");
        path = host < 0 ? path : path[(host + 3)..];
        path = path.TrimEnd('/');
        if (!path.Contains('/'))
        {
            return null;
        }

        var name = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
        return IsSafeName(name) ? name : null;
    }

    /// <summary>Whether it may be the name of a file in a folder: no separators, no controls, no <c>..</c>.</summary>
    public static bool IsSafeName(string name) =>
        name.Length is > 0 and <= 255 && name is not ("." or "..") && !name.AsSpan().ContainsAny('/', '\\') && !HasControl(name);

    /// <summary>The path of a <c>file:</c> URL or an absolute path; <see langword="null"/> for what is elsewhere.</summary>
    public static string? ToPath(string location) =>
        Path.IsPathRooted(location) ? location
        : location.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? FileUrl.ToPath("file:" + location[5..])
        : null;

    private static bool IsWeb(Uri url) =>
        (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.Host.Length > 0;

    private static bool HasControl(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }
}
