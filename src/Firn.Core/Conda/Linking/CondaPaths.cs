using System.Text;

namespace Firn.Conda.Linking;

/// <summary>Which recorded paths become paths on disk.</summary>
internal static class CondaPaths
{
    private const int LongestName = 255;
    private const string Records = "conda-meta";

    /// <summary>
    /// Whether the path stays in the prefix and is written the one way: relative, no <c>.</c>, <c>..</c> or empty part,
    /// valid UTF-8, each part a possible name, and not in <c>conda-meta</c>, which belongs to the installer.
    /// </summary>
    public static bool IsAllowed(string path)
    {
        if (!CondaPackageFiles.IsInside(path))
        {
            return false;
        }

        var isFirst = true;
        foreach (var range in path.AsSpan().Split('/'))
        {
            var part = path.AsSpan()[range];
            if (part.Length == 0 || part is "." || !IsName(part) || (isFirst && part.Equals(Records, StringComparison.OrdinalIgnoreCase)))
            {
                return false;
            }

            isFirst = false;
        }

        return true;
    }

    private static bool IsName(ReadOnlySpan<char> part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (char.IsSurrogate(part[i]))
            {
                if (i + 1 == part.Length || !char.IsSurrogatePair(part[i], part[i + 1]))
                {
                    return false;
                }

                i++;
            }
        }

        return Encoding.UTF8.GetByteCount(part) <= LongestName;
    }
}
