using Firn.Common;
using Firn.Creation.Interpreters;

namespace Firn.Cli.Commands.Solving;

/// <summary>Finds a pip that can say what it would install: 22.2 or newer.</summary>
internal sealed class PipFinder(Surroundings surroundings)
{
    /// <summary>A Python that has such a pip, and pip's version; the one that is asked for first.</summary>
    /// <param name="first">The Python for which packages are chosen; <see langword="null"/> where conda brings it.</param>
    public (string Python, string Version)? Find(FoundPython? first)
    {
        if (first is not null)
        {
            return VersionAt(first) is { } version ? (first.Executable, version) : null;
        }

        foreach (var python in new PythonFinder(surroundings).All())
        {
            if (VersionAt(python) is { } version)
            {
                return (python.Executable, version);
            }
        }

        return null;
    }

    private static string? VersionAt(FoundPython python)
    {
        string[] sites = [Path.Join(python.StandardLibrary, "site-packages"), "/usr/lib/python3/dist-packages"];
        foreach (var site in sites)
        {
            foreach (var entry in DirectoryReader.List(site, out _))
            {
                if (entry.Name.StartsWith("pip-", StringComparison.Ordinal) && entry.Name.EndsWith(".dist-info", StringComparison.Ordinal)
                    && System.Version.TryParse(entry.Name["pip-".Length..^".dist-info".Length], out var version)
                    && version >= new System.Version(22, 2))
                {
                    return entry.Name["pip-".Length..^".dist-info".Length];
                }
            }
        }

        return null;
    }
}
