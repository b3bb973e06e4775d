using Firn.Common;

namespace Firn.Python.Environments;

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
