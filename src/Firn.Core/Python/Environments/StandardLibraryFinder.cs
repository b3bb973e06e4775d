using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>Finds the standard library that an executable would find.</summary>
internal static class StandardLibraryFinder
{
    private const int MostHomes = 8;

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
        for (var level = 0; level < MostHomes; level++)
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
