using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>
/// Finds prefix, base prefix and standard library from an executable or a prefix, by the rules of CPython's
/// Modules/getpath.py (3.11 and later) and getpath.c (before).
/// </summary>
internal static class InterpreterFinder
{
    private const int MostHomes = 8;

    /// <summary>The interpreter, or <see langword="null"/> where the files are those of no Python environment.</summary>
    /// <param name="prefix">The prefix, or <see langword="null"/> to take it from the executable.</param>
    /// <param name="executable">The executable, links not followed, or <see langword="null"/> to take the prefix's own.</param>
    public static Interpreter? Find(string? prefix, string? executable)
    {
        if (executable is null && prefix is not null)
        {
            executable = PrefixExecutable.Find(prefix);
        }

        var problems = new List<Problem>();
        if (ConfigurationOf(prefix, executable, problems) is { } found)
        {
            return FindVirtual(found.Prefix, executable, found.Configuration, problems);
        }

        return FindPlain(prefix, executable, problems);
    }

    /// <summary>getpath.py looks one level above the executable, then beside it; site.py's prefix is the level above.</summary>
    private static (string Prefix, PyvenvConfiguration Configuration)? ConfigurationOf(
        string? prefix, string? executable, List<Problem> problems)
    {
        var folder = Path.GetDirectoryName(executable);
        var above = prefix ?? Path.GetDirectoryName(folder);
        if (above is null)
        {
            return null;
        }

        var configuration = PyvenvConfiguration.Read(Path.Join(above, PyvenvConfiguration.FileName), problems);
        if (configuration is null && folder is not null)
        {
            configuration = PyvenvConfiguration.Read(Path.Join(folder, PyvenvConfiguration.FileName), problems);
        }

        return configuration is null ? null : (above, configuration);
    }

    private static Interpreter? FindPlain(string? prefix, string? executable, List<Problem> problems)
    {
        var real = executable is null ? null : RealPath.Of(executable);
        PythonTag? tag = real is not null && PythonTag.TryParse(Path.GetFileName(real), out var named) ? named : null;
        StandardLibraryFolder? library = null;
        if (executable is not null)
        {
            library = StandardLibraryFolder.SearchUp(StartFolder(executable), tag)
                ?? CompiledIn(executable, real!, tag, problems);
        }

        if (prefix is not null && (library is null || !SameFolder(library.Prefix, prefix)))
        {
            // A prefix was asked for: an executable in it that leads elsewhere does not make the other one meant.
            library = StandardLibraryFolder.At(prefix, tag) ?? StandardLibraryFolder.At(prefix, null);
        }

        return library is null ? null : new Interpreter
        {
            Prefix = library.Prefix,
            BasePrefix = library.Prefix,
            Tag = library.Tag,
            Executable = executable,
            RealExecutable = real,
            LibraryFolder = library.LibraryFolder,
            Style = library.Style,
            Problems = problems,
        };
    }

    private static Interpreter? FindVirtual(
        string prefix, string? executable, PyvenvConfiguration configuration, List<Problem> problems)
    {
        var real = executable is null ? null : RealPath.Of(executable);
        var tag = VirtualTag(prefix, real, configuration);
        var library = VirtualLibrary(executable, real, configuration, tag);
        if (library is null && tag is null)
        {
            return null;
        }

        if (library is null)
        {
            problems.Add(new Problem(
                "base-interpreter-missing",
                configuration.Home ?? prefix,
                "the interpreter under the virtual environment is gone"));
        }

        return new Interpreter
        {
            Prefix = prefix,
            BasePrefix = library?.Prefix ?? configuration.BasePrefix
                ?? Path.GetDirectoryName(configuration.Home) ?? prefix,
            Tag = library?.Tag ?? tag!.Value,
            Executable = executable,
            RealExecutable = real,
            LibraryFolder = library?.LibraryFolder ?? "lib",
            Style = library?.Style ?? StyleOf(prefix),
            Configuration = configuration,
            HasStandardLibrary = library is not null,
            Problems = problems,
        };
    }

    /// <summary>The interpreter that the links lead to says it best; pyvenv.cfg may be older than an upgrade.</summary>
    private static PythonTag? VirtualTag(string prefix, string? real, PyvenvConfiguration configuration)
    {
        if (real is not null && PythonTag.TryParse(Path.GetFileName(real), out var tag))
        {
            return tag;
        }

        if (SiteFolderTag(prefix) is { } fromFolder)
        {
            return fromFolder;
        }

        if (!PythonTag.TryFromVersion(configuration.Version, out tag))
        {
            return null;
        }

        return string.Equals(configuration.Implementation, "PyPy", StringComparison.OrdinalIgnoreCase)
            ? tag with { Implementation = "pypy" }
            : tag;
    }

    private static PythonTag? SiteFolderTag(string prefix)
    {
        PythonTag? only = null;
        foreach (var entry in DirectoryReader.List(Path.Join(prefix, "lib"), out _))
        {
            if (PythonTag.TryParse(entry.Name, out var tag))
            {
                if (only is not null)
                {
                    return null;
                }

                only = tag;
            }
        }

        return only;
    }

    private static StandardLibraryFolder? VirtualLibrary(
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

        return ConfigurationOf(null, FollowFileLinks(executable), problems) is { Configuration.Home: { } home }
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

    private static bool SameFolder(string one, string other) =>
        one == other || RealPath.Of(one) == RealPath.Of(other);

    private static PathStyle StyleOf(string prefix) =>
        Directory.Exists(Path.Join(prefix, "Scripts")) && !Directory.Exists(Path.Join(prefix, "bin"))
            ? PathStyle.Windows
            : PathStyle.Posix;
}
