using Firn.Common;
using Firn.Conda;

namespace Firn.Captures;

/// <summary>Which conda a user of an environment would run.</summary>
internal static class CondaReleaseFinder
{
    /// <summary>
    /// The conda installed in the prefix, or in the root that its <c>envs</c> folder belongs to; else the newest release
    /// whose rules are known.
    /// </summary>
    public static CondaRelease Find(CondaPrefix prefix)
    {
        if (prefix.Find("conda") is { } own && CondaRelease.TryParse(own.Version) is { } release)
        {
            return release;
        }

        var envs = Path.GetDirectoryName(prefix.Path);
        var root = Path.GetFileName(envs) == "envs" ? Path.GetDirectoryName(envs) : null;
        return (root is null ? null : InRoot(root)) ?? CondaRelease.Newest;
    }

    /// <summary>The version in the name of <c>conda-meta/conda-VERSION-BUILD.json</c>.</summary>
    private static CondaRelease? InRoot(string root)
    {
        foreach (var entry in DirectoryReader.List(Path.Join(root, "conda-meta"), out _))
        {
            var parts = entry.Name.Split('-');
            if (parts is ["conda", var version, _] && entry.Name.EndsWith(".json", StringComparison.Ordinal))
            {
                return CondaRelease.TryParse(version);
            }
        }

        return null;
    }
}
