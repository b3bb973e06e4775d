using Firn.Common;

namespace Firn.Host;

/// <summary>
/// The two spellings of a path where <c>/lib</c> is a link to <c>usr/lib</c>: package lists still have either
/// (wiki.debian.org/UsrMerge).
/// </summary>
internal sealed class UsrMerge(Surroundings surroundings)
{
    private readonly Dictionary<string, bool> _merged = new(StringComparer.Ordinal);

    public List<string> Spellings(string path)
    {
        var spellings = new List<string>(2) { path };
        if (path.StartsWith("/usr/", StringComparison.Ordinal))
        {
            AddIfMerged(path[4..], path[4..], spellings);
        }
        else
        {
            AddIfMerged(path, "/usr" + path, spellings);
        }

        return spellings;
    }

    private void AddIfMerged(string rootPath, string spelling, List<string> spellings)
    {
        var end = rootPath.IndexOf('/', 1);
        if (end > 0 && IsMerged(rootPath[..end]))
        {
            spellings.Add(spelling);
        }
    }

    private bool IsMerged(string folder)
    {
        if (folder is not ("/lib" or "/lib64" or "/lib32" or "/libx32" or "/bin" or "/sbin"))
        {
            return false;
        }

        if (!_merged.TryGetValue(folder, out var merged))
        {
            var target = RealPath.LinkTarget(surroundings.SystemPath(folder));
            merged = target is not null && target.TrimStart('/') == "usr" + folder;
            _merged.Add(folder, merged);
        }

        return merged;
    }
}
