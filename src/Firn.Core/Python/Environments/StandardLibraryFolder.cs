using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>A standard library found by its landmark <c>os.py</c>, as getpath.py finds it.</summary>
internal sealed record StandardLibraryFolder(string Prefix, string LibraryFolder, PythonTag Tag, PathStyle Style)
{
    private const int MostLevels = 64;
    private static readonly string[] LibraryFolders = ["lib", "lib64"];

    /// <summary>
    /// The nearest prefix at or above the folder, never <c>/</c> itself: getpath's <c>search_up</c> ends before it,
    /// which keeps <c>/bin/python3</c> of a merged <c>/usr</c> from having the prefix <c>/</c>.
    /// </summary>
    public static StandardLibraryFolder? SearchUp(string folder, PythonTag? tag)
    {
        string? current = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        for (var level = 0; current is not null && level < MostLevels && current != "/"; level++)
        {
            if (At(current, tag) is { } found)
            {
                return found;
            }

            current = Path.GetDirectoryName(current);
        }

        return null;
    }

    /// <summary>The standard library of this prefix; of that version if one is given, else the newest.</summary>
    public static StandardLibraryFolder? At(string prefix, PythonTag? tag)
    {
        if (tag is { } known)
        {
            if (AtVersion(prefix, known) is { } exact)
            {
                return exact;
            }
        }
        else if (Newest(prefix) is { } newest)
        {
            return newest;
        }

        return WindowsLayout.Find(prefix) is { } windows && (tag is null || tag == windows)
            ? new StandardLibraryFolder(prefix, "Lib", windows, PathStyle.Windows)
            : null;
    }

    private static StandardLibraryFolder? AtVersion(string prefix, PythonTag tag)
    {
        foreach (var folder in LibraryFolders)
        {
            if (HasLandmark(Path.Join(prefix, folder, tag.FolderName)))
            {
                return new StandardLibraryFolder(prefix, folder, tag, PathStyle.Posix);
            }
        }

        // PyPy before 3.8 keeps the standard library of its only version in lib-python.
        return tag.Implementation == "pypy" && Directory.Exists(Path.Join(prefix, "lib-python"))
            ? new StandardLibraryFolder(prefix, "lib-python", tag, PathStyle.Posix)
            : null;
    }

    private static StandardLibraryFolder? Newest(string prefix)
    {
        StandardLibraryFolder? best = null;
        foreach (var folder in LibraryFolders)
        {
            foreach (var entry in DirectoryReader.List(Path.Join(prefix, folder), out _))
            {
                if (PythonTag.TryParse(entry.Name, out var tag)
                    && tag.FolderName == entry.Name
                    && (best is null || !best.Tag.IsAtLeast(tag.Major, tag.Minor))
                    && HasLandmark(Path.Join(prefix, folder, entry.Name)))
                {
                    best = new StandardLibraryFolder(prefix, folder, tag, PathStyle.Posix);
                }
            }
        }

        return best;
    }

    private static bool HasLandmark(string folder) =>
        File.Exists(Path.Join(folder, "os.py")) || File.Exists(Path.Join(folder, "os.pyc"));
}
