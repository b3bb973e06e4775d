using Firn.Common;

namespace Firn.Conda;

/// <summary>Finds the release of conda that a user of the environment would run.</summary>
internal static class CondaReleaseFinder
{
    /// <summary>
    /// The conda in the prefix, else in the base environment: <c>CONDA_EXE</c>, the folder over <c>envs</c>,
    /// <c>CONDA_ROOT</c>; else the newest known.
    /// </summary>
    public static CondaRelease Find(CondaPrefix prefix, Surroundings surroundings)
    {
        if (prefix.Find("conda") is { } own && CondaRelease.TryParse(own.Version) is { } release)
        {
            return release;
        }

        foreach (var candidate in BaseCandidates(prefix.Path, surroundings))
        {
            if (candidate is not null && InBase(candidate) is { } found)
            {
                return found;
            }
        }

        return CondaRelease.Newest;
    }

    private static IEnumerable<string?> BaseCandidates(string prefix, Surroundings surroundings)
    {
        var parent = Path.GetDirectoryName(prefix.TrimEnd('/', '\\'));
        if (Path.GetFileName(parent) == "envs")
        {
            yield return Path.GetDirectoryName(parent);
        }

        // CONDA_EXE is BASE/bin/conda, or BASE\Scripts\conda.exe.
        yield return Path.GetDirectoryName(Path.GetDirectoryName(surroundings.Variable("CONDA_EXE")));
        yield return surroundings.Variable("CONDA_ROOT");
    }

    /// <summary>The version in the name of <c>conda-VERSION-BUILD.json</c>; the record itself need not be read.</summary>
    private static CondaRelease? InBase(string root)
    {
        foreach (var entry in DirectoryReader.List(Path.Join(root, "conda-meta"), out _))
        {
            var parts = entry.Name.Split('-');
            if (parts is ["conda", var version, var build] && build.EndsWith(".json", StringComparison.Ordinal)
                && CondaRelease.TryParse(version) is { } release)
            {
                return release;
            }
        }

        return null;
    }
}
