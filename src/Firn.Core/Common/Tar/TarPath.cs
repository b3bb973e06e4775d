using System.Text;

namespace Firn.Common.Tar;

/// <summary>The rules for paths of members, the same for the writer and the reader.</summary>
internal static class TarPath
{
    /// <summary>PATH_MAX of Linux, without its NUL.</summary>
    public const int MaximumLength = 4095;

    /// <summary>NAME_MAX of the file systems in use.</summary>
    public const int MaximumNameLength = 255;

    /// <summary>What is wrong with a member's path, for example "its path is absolute"; <see langword="null"/> where nothing is.</summary>
    public static string? FindProblem(string path)
    {
        if (path.Length == 0)
        {
            return "its path is empty";
        }

        if (path[0] == '/')
        {
            return "its path is absolute";
        }

        return FindTextProblem(path) is { } problem ? $"its path {problem}" : FindNameProblem(path);
    }

    /// <summary>The same for what a link holds; it may lead anywhere.</summary>
    public static string? FindTargetProblem(string target) => target.Length == 0
        ? "its link leads nowhere"
        : FindTextProblem(target) is { } problem ? $"its link target {problem}" : null;

    /// <summary>The order of two paths by their bytes in UTF-8.</summary>
    public static int Compare(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        for (var i = 0; i < length; i++)
        {
            if (left[i] != right[i])
            {
                return InByteOrder(left[i]) - InByteOrder(right[i]);
            }
        }

        return left.Length - right.Length;
    }

    /// <summary>In UTF-8 the characters beyond U+FFFF, surrogates in UTF-16, come behind all others.</summary>
    private static int InByteOrder(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;

    private static string? FindTextProblem(string text)
    {
        var isAscii = true;
        foreach (var c in text)
        {
            if (c == '\0')
            {
                return "holds a NUL";
            }

            isAscii &= c < 0x80;
        }

        if (!isAscii && HasLoneSurrogate(text))
        {
            return "is no valid text";
        }

        var bytes = isAscii ? text.Length : Encoding.UTF8.GetByteCount(text);
        return bytes > MaximumLength ? $"has {bytes} bytes, more than {MaximumLength}" : null;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static string? FindNameProblem(string path)
    {
        var start = 0;
        for (var i = 0; i <= path.Length; i++)
        {
            if (i < path.Length && path[i] != '/')
            {
                continue;
            }

            var name = path.AsSpan(start, i - start);
            start = i + 1;
            if (name.Length == 0)
            {
                return "its path has an empty name between slashes";
            }

            if (name is "." or "..")
            {
                return $"its path holds `{name}`";
            }

            // No character takes more than three bytes for one char.
            if (name.Length * 3 > MaximumNameLength && Encoding.UTF8.GetByteCount(name) is > MaximumNameLength and var bytes)
            {
                return $"a name in its path has {bytes} bytes, more than {MaximumNameLength}";
            }
        }

        return null;
    }
}

/// <summary>
/// Holds that paths come sorted, each once, and that none lies below another: a member below a file or a link would be
/// written through it.
/// </summary>
internal sealed class TarPathOrder
{
    /// <summary>
    /// The earlier paths that the last one starts with, shortest first. Sorted paths with one start stand together, so
    /// those that no longer fit never fit again.
    /// </summary>
    private readonly List<string> _starts = [];
    private string? _last;

    /// <summary>Takes the next path.</summary>
    /// <returns>What is wrong with it, for example "it stands there twice"; <see langword="null"/> where nothing is.</returns>
    public string? Next(string path)
    {
        if (_last is not null)
        {
            var order = TarPath.Compare(_last, path);
            if (order >= 0)
            {
                return order == 0 ? "it stands there twice" : $"it stands behind {_last}, out of order";
            }
        }

        while (_starts.Count > 0 && !path.StartsWith(_starts[^1], StringComparison.Ordinal))
        {
            _starts.RemoveAt(_starts.Count - 1);
        }

        for (var i = 0; i < _starts.Count; i++)
        {
            if (path[_starts[i].Length] == '/')
            {
                return $"it lies below the member {_starts[i]}";
            }
        }

        _starts.Add(path);
        _last = path;
        return null;
    }
}
