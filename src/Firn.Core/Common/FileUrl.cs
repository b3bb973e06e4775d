using System.Text;

namespace Firn.Common;

/// <summary>File URLs and paths.</summary>
internal static class FileUrl
{
    /// <summary>
    /// The path of a <c>file:</c> URL (pip: utils/urls.py url_to_path); <see langword="null"/> for other URLs and for
    /// other hosts, on which pip fails.
    /// </summary>
    public static string? ToPath(string url)
    {
        if (!url.StartsWith("file:", StringComparison.Ordinal))
        {
            return null;
        }

        var rest = url.AsSpan(5);
        var cut = rest.IndexOfAny('?', '#');
        rest = cut < 0 ? rest : rest[..cut];
        if (rest.StartsWith("//"))
        {
            var slash = rest[2..].IndexOf('/');
            var host = slash < 0 ? rest[2..] : rest.Slice(2, slash);
            if (host is not ("" or "localhost"))
            {
                return null;
            }

            rest = slash < 0 ? [] : rest[(2 + slash)..];
        }

        return Uri.UnescapeDataString(rest);
    }

    /// <summary><c>pathlib.Path(path).as_uri()</c> of an absolute path.</summary>
    public static string FromPath(string path)
    {
        var buffer = new StringBuilder("file://");
        foreach (var b in Encoding.UTF8.GetBytes(PythonPath.Pure(path)))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '.' or '-' or '~')
            {
                buffer.Append(c);
            }
            else
            {
                buffer.Append(System.Globalization.CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return buffer.ToString();
    }
}
