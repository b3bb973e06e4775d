namespace Firn.Python.Distributions;

/// <summary><c>file:</c> URLs.</summary>
internal static class FileUrl
{
    /// <summary>The path that a URL of this machine names; <see langword="null"/> for any other URL.</summary>
    public static string? ToPath(string url)
    {
        if (!url.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var rest = url[7..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? rest : rest[..slash];
        if (slash < 0 || !(host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        var path = Uri.UnescapeDataString(rest[slash..]);
        return path.Contains('\0', StringComparison.Ordinal) ? null
            : path.Length > 2 && path[2] == ':' ? path[1..] : path;
    }
}
