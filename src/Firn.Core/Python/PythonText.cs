using System.Text;

namespace Firn.Python;

/// <summary>Text as Python's own functions treat it, where .NET's differ.</summary>
internal static class PythonText
{
    /// <summary><c>str.isspace</c>: .NET's white space, and the four separators U+001C to U+001F.</summary>
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    /// <summary><c>str.strip()</c>.</summary>
    public static ReadOnlySpan<char> Strip(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start]))
        {
            start++;
        }

        return StripEnd(text[start..]);
    }

    /// <summary><c>str.rstrip()</c>.</summary>
    public static ReadOnlySpan<char> StripEnd(ReadOnlySpan<char> text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }

    /// <summary><c>os.path.splitext</c> of a file name: a name of leading dots has no extension.</summary>
    public static (string Stem, string Extension) SplitExtension(string fileName)
    {
        var dot = fileName.LastIndexOf('.');
        for (var i = 0; i < dot; i++)
        {
            if (fileName[i] != '.')
            {
                return (fileName[..dot], fileName[dot..]);
            }
        }

        return (fileName, string.Empty);
    }

    /// <summary><c>re.sub('[^A-Za-z0-9.]+', '-', text)</c>: setuptools' <c>safe_name</c> (pkg_resources/__init__.py).</summary>
    public static string SafeName(string text)
    {
        StringBuilder? buffer = null;
        var inRun = false;
        for (var i = 0; i < text.Length; i++)
        {
            var isSafe = char.IsAsciiLetterOrDigit(text[i]) || text[i] == '.';
            if (buffer is null && (isSafe || (text[i] == '-' && !inRun)))
            {
                inRun = !isSafe;
                continue;
            }

            buffer ??= new StringBuilder(text, 0, i, text.Length);
            if (isSafe)
            {
                buffer.Append(text[i]);
            }
            else if (!inRun)
            {
                buffer.Append('-');
            }

            inRun = !isSafe;
        }

        return buffer?.ToString() ?? text;
    }
}
