using Firn.Common;

namespace Firn.Python.Environments;

/// <summary>
/// Finds prefix, base prefix and standard library from an executable or a prefix, by the rules of CPython's
/// Modules/getpath.py (3.11 and later) and getpath.c (before).
/// </summary>
internal static class InterpreterFinder
{
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
    internal static (string Prefix, PyvenvConfiguration Configuration)? ConfigurationOf(
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
            library = StandardLibraryFinder.Of(executable, real!, tag, problems);
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
        var library = StandardLibraryFinder.UnderVirtual(executable, real, configuration, tag);
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

    private static bool SameFolder(string one, string other) =>
        one == other || RealPath.Of(one) == RealPath.Of(other);

    private static PathStyle StyleOf(string prefix) =>
        Directory.Exists(Path.Join(prefix, "Scripts")) && !Directory.Exists(Path.Join(prefix, "bin"))
            ? PathStyle.Windows
            : PathStyle.Posix;
}
