using System.Text;

namespace Firn.Storage.Records;

/// <summary>Names of resources: relative paths that lead nowhere but down.</summary>
internal static class ResourceName
{
    private const int MostBytes = 4096;
    private const int MostSegmentBytes = 255;

    /// <summary>Why a name is none; <see langword="null"/> where it is one.</summary>
    public static string? Refusal(string name)
    {
        if (name.Length == 0)
        {
            return "is empty";
        }

        if (name.Contains('\0', StringComparison.Ordinal))
        {
            return "holds a NUL";
        }

        if (!IsText(name))
        {
            return "is no valid text";
        }

        if (Encoding.UTF8.GetByteCount(name) > MostBytes)
        {
            return $"is longer than {MostBytes} bytes";
        }

        foreach (var segment in name.Split('/'))
        {
            if (segment.Length == 0)
            {
                return name[0] == '/' ? "is absolute" : "has an empty part";
            }

            if (segment is "." or "..")
            {
                return $"has the part '{segment}'";
            }

            if (Encoding.UTF8.GetByteCount(segment) > MostSegmentBytes)
            {
                return $"has a part longer than {MostSegmentBytes} bytes";
            }
        }

        return null;
    }

    /// <summary>Whether every surrogate has its other half, and so the name a file's.</summary>
    private static bool IsText(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogate(name[i]))
            {
                if (i + 1 == name.Length || !char.IsSurrogatePair(name[i], name[i + 1]))
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }
}
