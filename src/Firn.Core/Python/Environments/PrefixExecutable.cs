using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>Finds the interpreter of a prefix.</summary>
internal static class PrefixExecutable
{
    private static readonly string[] Names =
    [
        "bin/python", "bin/python3", "bin/pypy3", "bin/pypy", "bin/graalpy", "Scripts/python.exe", "python.exe",
        "bin/python.exe",
    ];

    /// <summary>
    /// The interpreter that <c>python</c> starts where the prefix comes first on PATH; <c>python3</c> where
    /// <c>python</c> is a Python 2 beside a Python 3, as on old Debian.
    /// </summary>
    public static string? Find(string prefix)
    {
        foreach (var name in Names)
        {
            var path = Path.Join(prefix, name);
            if (!File.Exists(path))
            {
                continue;
            }

            if (name == "bin/python" && IsPython2(path) && File.Exists(Path.Join(prefix, "bin/python3")))
            {
                continue;
            }

            return path;
        }

        return FindVersioned(prefix);
    }

    /// <summary><c>make altinstall</c> leaves only <c>bin/python3.12</c>; the newest is taken.</summary>
    private static string? FindVersioned(string prefix)
    {
        string? best = null;
        var bestTag = default(PythonTag);
        foreach (var entry in DirectoryReader.List(Path.Join(prefix, "bin"), out _))
        {
            if (entry.Kind != DirectoryEntryKind.Directory
                && PythonTag.TryParse(entry.Name, out var tag)
                && (best is null || !bestTag.IsAtLeast(tag.Major, tag.Minor))
                && File.Exists(Path.Join(prefix, "bin", entry.Name)))
            {
                best = Path.Join(prefix, "bin", entry.Name);
                bestTag = tag;
            }
        }

        return best;
    }

    private static bool IsPython2(string path) =>
        PythonTag.TryParse(Path.GetFileName(RealPath.Of(path)), out var tag) && tag.Major == 2;
}
