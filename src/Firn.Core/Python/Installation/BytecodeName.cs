namespace Firn.Python.Installation;

/// <summary>The names of bytecode files: <c>__pycache__/NAME.TAG[.opt-N].pyc</c> of <c>NAME.py</c> (PEP 3147, PEP 488).</summary>
internal static class BytecodeName
{
    public const string Folder = "__pycache__";

    /// <summary>Whether the path is in a folder of bytecode files.</summary>
    public static bool IsInCache(string path) =>
        path.Contains("__pycache__/", StringComparison.Ordinal)
        && (path.StartsWith("__pycache__/", StringComparison.Ordinal)
            || path.Contains("/__pycache__/", StringComparison.Ordinal));

    /// <summary>
    /// The source of a bytecode file with that cache tag; <see langword="null"/> for the file of another interpreter or
    /// tool (pytest puts its name into the tag).
    /// </summary>
    /// <param name="path">With forward slashes.</param>
    /// <param name="tag">For example <c>cpython-311</c>.</param>
    public static string? SourceOf(string path, string tag)
    {
        if (!path.EndsWith(".pyc", StringComparison.Ordinal))
        {
            return null;
        }

        var slash = path.LastIndexOf('/');
        var folderEnd = slash - Folder.Length;
        if (slash < Folder.Length || !path.AsSpan(folderEnd, Folder.Length).SequenceEqual(Folder)
            || (folderEnd > 0 && path[folderEnd - 1] != '/'))
        {
            return null;
        }

        var name = path.AsSpan(slash + 1, path.Length - slash - 5);
        if (name.EndsWith(".opt-1", StringComparison.Ordinal) || name.EndsWith(".opt-2", StringComparison.Ordinal))
        {
            name = name[..^6];
        }

        return name.Length > tag.Length + 1 && name.EndsWith(tag, StringComparison.Ordinal)
            && name[^(tag.Length + 1)] == '.'
            ? string.Concat(path.AsSpan(0, folderEnd), name[..^(tag.Length + 1)], ".py")
            : null;
    }
}
