using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Interpreters;

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

/// <summary>Where the files of an environment and of the interpreter under it lie; all that getpath.py computes.</summary>
internal sealed record Interpreter
{
    /// <summary><c>sys.prefix</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary><c>sys.base_prefix</c>.</summary>
    public required string BasePrefix { get; init; }

    public required PythonTag Tag { get; init; }

    public string? Executable { get; init; }

    /// <summary>The executable with its links followed.</summary>
    public string? RealExecutable { get; init; }

    /// <summary><c>sys.platlibdir</c>: <c>lib</c>, or <c>lib64</c> where the standard library lies there.</summary>
    public string LibraryFolder { get; init; } = "lib";

    public PathStyle Style { get; init; }

    /// <summary>The <c>pyvenv.cfg</c>, where there is one.</summary>
    public PyvenvConfiguration? Configuration { get; init; }

    /// <summary>Whether the standard library was found; if not, the paths are those it should have.</summary>
    public bool HasStandardLibrary { get; init; } = true;

    /// <summary>The folder of the standard library.</summary>
    public string StandardLibrary => Style == PathStyle.Windows
        ? Path.Join(BasePrefix, "Lib")
        : Path.Join(BasePrefix, LibraryFolder, Tag.FolderName);

    /// <summary>Whether <c>sys.prefix</c> and <c>sys.base_prefix</c> differ.</summary>
    public bool IsVirtualEnvironment => Configuration is not null
        && !string.Equals(Prefix, BasePrefix, StringComparison.Ordinal);

    /// <summary>Whether the base prefix lies in a macOS framework (<c>sys._framework</c>).</summary>
    public bool IsFramework =>
        BasePrefix.Contains(".framework/Versions/", StringComparison.Ordinal);

    /// <summary>Problems met on the way.</summary>
    public IReadOnlyList<Problem> Problems { get; init; } = [];
}

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
            if (!FileCheck.IsFile(path))
            {
                continue;
            }

            if (name == "bin/python" && IsPython2(path) && FileCheck.IsFile(Path.Join(prefix, "bin/python3")))
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
                && FileCheck.IsFile(Path.Join(prefix, "bin", entry.Name)))
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
