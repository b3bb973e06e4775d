namespace Firn.Common.Files;

/// <summary>Checks relative paths that come from documents and archives, before they are joined to a folder.</summary>
internal static class RelativePath
{
    /// <summary>
    /// Whether the path, with <c>/</c> between its parts, stays below the folder that it is joined to: not empty, not
    /// absolute, no NUL, no empty part, none of <c>.</c> and <c>..</c>.
    /// </summary>
    public static bool IsSafe(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty || path.Contains('\0'))
        {
            return false;
        }

        while (true)
        {
            var slash = path.IndexOf('/');
            var part = slash < 0 ? path : path[..slash];
            if (part.IsEmpty || part is "." or "..")
            {
                return false;
            }

            if (slash < 0)
            {
                return true;
            }

            path = path[(slash + 1)..];
        }
    }
}
