using System.Collections.Immutable;

namespace Firn.Python;

/// <summary>
/// A prefix as its files describe it; nothing of it was started. A conda prefix may hold no Python (R, command-line tools):
/// then there is nothing to search and the version is empty.
/// </summary>
public sealed record PythonEnvironment
{
    /// <summary><c>sys.prefix</c>, absolute, links not followed.</summary>
    public required string Prefix { get; init; }

    /// <summary><c>sys.base_prefix</c>: of the interpreter under a virtual environment, else equal to <see cref="Prefix"/>.</summary>
    public required string BasePrefix { get; init; }

    /// <summary>The interpreter as a user would start it, for example <c>PREFIX/bin/python3</c>; <see langword="null"/> where none is found.</summary>
    public string? Executable { get; init; }

    /// <summary>Whether there is a Python in it, or was: one whose interpreter is missing counts.</summary>
    public bool HasPython => PythonVersion.Length > 0;

    /// <summary>
    /// The full version, for example <c>3.11.7</c> or <c>3.13.0rc2</c>; only <c>3.11</c> where no file tells more; empty without a Python.
    /// </summary>
    public required string PythonVersion { get; init; }

    /// <summary>The first part of the version.</summary>
    public required int Major { get; init; }

    /// <summary>The second part of the version.</summary>
    public required int Minor { get; init; }

    /// <summary><c>cpython</c>, <c>pypy</c> or <c>graalpy</c>: <c>sys.implementation.name</c>; <c>none</c> without a Python.</summary>
    public string Implementation { get; init; } = "cpython";

    /// <summary>Whether it is a free-threaded build (<c>python3.13t</c>).</summary>
    public bool FreeThreaded { get; init; }

    /// <summary>The layout of its files.</summary>
    public PathStyle PathStyle { get; init; }

    /// <summary>Whether <c>sys.prefix</c> differs from <c>sys.base_prefix</c>.</summary>
    public bool IsVirtualEnvironment { get; init; }

    /// <summary>Whether packages of the interpreter under a virtual environment are visible; true where it is none.</summary>
    public bool IncludesSystemSitePackages { get; init; }

    /// <summary>The user's site-packages folder, whether it exists or not, and whether it is enabled or not.</summary>
    public string? UserSite { get; init; }

    /// <summary>The folder that new packages go to (<c>purelib</c>), absolute; without a Python one that is never there.</summary>
    public required string SitePackages { get; init; }

    /// <summary><c>sys.path</c> of <c>python -m</c> without its first entry, in order.</summary>
    public required ImmutableArray<SearchPathEntry> SearchPath { get; init; }

    /// <summary>The layers, the environment itself first.</summary>
    public required ImmutableArray<EnvironmentLayer> Layers { get; init; }

    /// <summary>The lines of <c>.pth</c> files that Python executes at start, in the order in which it does.</summary>
    public ImmutableArray<PthImport> PthImports { get; init; } = [];

    /// <summary>The conda environment's name, where <see cref="Prefix"/> is one.</summary>
    public string? CondaName { get; init; }
}
