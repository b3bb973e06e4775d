using System.Text;

namespace Firn.Storage.Records;

/// <summary>Names of resources: relative paths that lead nowhere but down.</summary>
internal static class ResourceName
{
    private const int MaxBytes = 4096;
    private const int MaxSegmentBytes = 255;

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

        if (Encoding.UTF8.GetByteCount(name) > MaxBytes)
        {
            return $"is longer than {MaxBytes} bytes";
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

            if (Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes)
            {
                return $"has a part longer than {MaxSegmentBytes} bytes";
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

/// <summary>The names of one run: each once, and none the folder of another, so that all can lie in one folder.</summary>
internal sealed class ResourceNameSet
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Takes a name.</summary>
    /// <returns>Why it is refused; <see langword="null"/> where it is taken.</returns>
    public string? Add(string name)
    {
        if (ResourceName.Refusal(name) is { } refusal)
        {
            return refusal;
        }

        if (!_names.Add(name))
        {
            return "is there twice";
        }

        if (_folders.Contains(name))
        {
            return "is a file's and a folder's";
        }

        for (var end = name.LastIndexOf('/'); end > 0; end = name.LastIndexOf('/', end - 1))
        {
            var folder = name[..end];
            if (_names.Contains(folder))
            {
                return $"lies below '{folder}', which is a file";
            }

            if (!_folders.Add(folder))
            {
                // Its own folders are known too, and so are not files.
                break;
            }
        }

        return null;
    }
}
