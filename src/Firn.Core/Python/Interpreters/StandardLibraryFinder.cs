using System.Globalization;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Interpreters;

/// <summary>Finds the standard library that an executable would find.</summary>
internal static class StandardLibraryFinder
{
    private const int MaxHomes = 8;

    /// <summary>From where the links of the executable lead; else from what stands for the prefix compiled in.</summary>
    public static StandardLibraryFolder? Of(string executable, string real, PythonTag? tag, List<Problem> problems) =>
        StandardLibraryFolder.SearchUp(StartFolder(executable), tag)
            ?? CompiledIn(executable, real, tag, problems);

    /// <summary>The library of the interpreter under a virtual environment.</summary>
    public static StandardLibraryFolder? UnderVirtual(
        string? executable, string? real, PyvenvConfiguration configuration, PythonTag? tag)
    {
        // Since 3.11 `home` decides; before, the links of the executable do, and `home` only where there are none.
        var linked = executable is not null && real is not null && real != executable;
        var homeFirst = tag is not { } known || known.IsAtLeast(3, 11) || !linked;
        var fromHome = configuration.Home is { Length: > 0 } home && Path.IsPathRooted(home) ? home : null;
        StandardLibraryFolder? library = null;
        if (homeFirst && fromHome is not null)
        {
            library = HomeLibrary(fromHome, tag);
        }

        if (library is null && linked)
        {
            library = StandardLibraryFolder.SearchUp(StartFolder(executable!), tag);
        }

        if (library is null && !homeFirst && fromHome is not null)
        {
            library = HomeLibrary(fromHome, tag);
        }

        if (library is null && configuration.BaseExecutable is { Length: > 0 } file && Path.IsPathRooted(file))
        {
            library = StandardLibraryFolder.SearchUp(Path.GetDirectoryName(RealPath.Of(file)) ?? file, tag);
        }

        return library;
    }

    /// <summary>
    /// Where the search fails, Python takes the prefix that was compiled in. Its place is where the links of the folders
    /// lead (<c>/bin</c> to <c>/usr/bin</c>); for a copy in a virtual environment, the home of that.
    /// </summary>
    private static StandardLibraryFolder? CompiledIn(
        string executable, string real, PythonTag? tag, List<Problem> problems)
    {
        if (StandardLibraryFolder.SearchUp(Path.GetDirectoryName(real) ?? real, tag) is { } found)
        {
            return found;
        }

        return InterpreterFinder.ConfigurationOf(null, FollowFileLinks(executable), problems) is { Configuration.Home: { } home }
            && Path.IsPathRooted(home)
                ? HomeLibrary(home, tag)
                : null;
    }

    /// <summary>The home of a virtual environment made by the copied interpreter of another one is that other one.</summary>
    private static StandardLibraryFolder? HomeLibrary(string home, PythonTag? tag)
    {
        var ignored = new List<Problem>();
        for (var level = 0; level < MaxHomes; level++)
        {
            var library = StandardLibraryFolder.SearchUp(home, tag)
                ?? StandardLibraryFolder.SearchUp(RealPath.Of(home), tag);
            var above = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(home));
            if (library is not null
                || above is null
                || PyvenvConfiguration.Read(Path.Join(above, PyvenvConfiguration.FileName), ignored)?.Home is not { } next
                || !Path.IsPathRooted(next))
            {
                return library;
            }

            home = next;
        }

        return null;
    }

    /// <summary>getpath follows the links that the file itself is, never those of the folders above it.</summary>
    private static string StartFolder(string executable)
    {
        var path = FollowFileLinks(executable);
        return Path.GetDirectoryName(path) ?? path;
    }

    private static string FollowFileLinks(string path)
    {
        for (var links = 0; links < 40 && RealPath.LinkTarget(path) is { } target; links++)
        {
            path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path) ?? "/", target));
        }

        return path;
    }
}

/// <summary>A standard library found by its landmark <c>os.py</c>, as getpath.py finds it.</summary>
internal sealed record StandardLibraryFolder(string Prefix, string LibraryFolder, PythonTag Tag, PathStyle Style)
{
    private const int MaxLevels = 64;
    private static readonly string[] LibraryFolders = ["lib", "lib64"];

    /// <summary>
    /// The nearest prefix at or above the folder, never <c>/</c> itself: getpath's <c>search_up</c> ends before it,
    /// which keeps <c>/bin/python3</c> of a merged <c>/usr</c> from having the prefix <c>/</c>.
    /// </summary>
    public static StandardLibraryFolder? SearchUp(string folder, PythonTag? tag)
    {
        string? current = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        for (var level = 0; current is not null && level < MaxLevels && current != "/"; level++)
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
        FileCheck.IsFile(Path.Join(folder, "os.py")) || FileCheck.IsFile(Path.Join(folder, "os.pyc"));
}

/// <summary>The layout of an installation on Windows: <c>python.exe</c> and <c>python311.dll</c> in the prefix.</summary>
internal static class WindowsLayout
{
    /// <summary>The version of the Python in that folder, or <see langword="null"/> if the folder has another layout.</summary>
    public static PythonTag? Find(string folder)
    {
        if (!FileCheck.IsFile(Path.Join(folder, "python.exe")))
        {
            return null;
        }

        PythonTag? best = null;
        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            // python3.dll, the stable ABI, says no version; python311.dll, python311.zip and python311._pth do.
            if (TryParse(entry.Name, out var tag) && (best is null || tag.IsAtLeast(best.Value.Major, best.Value.Minor)))
            {
                best = tag;
            }
        }

        return best;
    }

    private static bool TryParse(string name, out PythonTag tag)
    {
        tag = default;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 8 || !name.StartsWith("python", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var extension = name.AsSpan(dot);
        if (extension is not (".dll" or ".zip" or "._pth"))
        {
            return false;
        }

        var digits = name.AsSpan(6, dot - 6);
        var freeThreaded = digits[^1] == 't';
        digits = freeThreaded ? digits[..^1] : digits;
        if (digits.Length < 2
            || !char.IsAsciiDigit(digits[0])
            || !int.TryParse(digits[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            || minor > 999)
        {
            return false;
        }

        tag = new PythonTag("cpython", digits[0] - '0', minor, freeThreaded);
        return true;
    }
}
