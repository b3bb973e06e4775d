using System.Text;

namespace Firn.Python;

/// <summary>Paths as Python's <c>os.path</c> and <c>pathlib</c> write them.</summary>
internal static class PythonPath
{
    /// <summary><c>str(pathlib.Path(path))</c>: without empty parts, <c>.</c> and a trailing slash; <c>..</c> stays.</summary>
    public static string Pure(string path)
    {
        var isClean = !path.Contains("//", StringComparison.Ordinal)
            && !path.Contains("/.", StringComparison.Ordinal)
            && !path.StartsWith("./", StringComparison.Ordinal)
            && (path.Length == 1 || !path.EndsWith('/'));
        if (isClean)
        {
            return path;
        }

        var buffer = new StringBuilder(path.Length);
        if (path.StartsWith('/'))
        {
            buffer.Append(path.StartsWith("//", StringComparison.Ordinal) && !path.StartsWith("///", StringComparison.Ordinal) ? "//" : "/");
        }

        var isFirst = true;
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
            {
                continue;
            }

            buffer.Append(isFirst ? string.Empty : "/").Append(part);
            isFirst = false;
        }

        return buffer.Length == 0 ? "." : buffer.ToString();
    }

    /// <summary><c>os.path.join(folder, path)</c>: an absolute second path replaces the first.</summary>
    public static string Join(string folder, string path) =>
        path.StartsWith('/') || folder.Length == 0 ? path
        : folder.EndsWith('/') ? folder + path
        : string.Concat(folder, "/", path);

    /// <summary><c>os.path.relpath(path, start)</c> of two absolute paths.</summary>
    public static string Relative(string path, string start)
    {
        var parts = Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var startParts = Path.GetFullPath(start).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var common = 0;
        while (common < parts.Length && common < startParts.Length && parts[common] == startParts[common])
        {
            common++;
        }

        var result = new List<string>();
        for (var i = common; i < startParts.Length; i++)
        {
            result.Add("..");
        }

        for (var i = common; i < parts.Length; i++)
        {
            result.Add(parts[i]);
        }

        return result.Count == 0 ? "." : string.Join('/', result);
    }
}
