namespace Firn.Conda.Channels;

/// <summary>The URL of the folder that a page's archives are in (CEP 15).</summary>
internal static class RepodataFolder
{
    /// <summary>The URL with a slash at its end; <see langword="null"/> where the page sends to a place it may not.</summary>
    public static string? Of(string pageUrl, string? baseUrl, out string? reason)
    {
        reason = null;
        if (string.IsNullOrEmpty(baseUrl))
        {
            return pageUrl[..(pageUrl.LastIndexOf('/') + 1)];
        }

        if (!Uri.TryCreate(pageUrl, UriKind.Absolute, out var page)
            || !Uri.TryCreate(page, baseUrl, out var folder) || baseUrl.AsSpan().ContainsAnyInRange('\0', ' '))
        {
            reason = "which is no URL";
            return null;
        }

        // A server may not send to a file of this machine, nor from https to http.
        var isAllowed = folder.Scheme == page.Scheme || (folder.Scheme == "https" && page.Scheme is "http" or "file")
            || (folder.Scheme == "http" && page.Scheme == "file");
        if (!isAllowed || folder.Query.Length > 0 || folder.Fragment.Length > 0)
        {
            reason = "which is no folder that it may name";
            return null;
        }

        var url = folder.AbsoluteUri;
        return url.EndsWith('/') ? url : url + "/";
    }
}
