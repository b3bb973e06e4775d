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

/// <summary>How an environment's files are laid out. It is read off the files, not taken from the machine.</summary>
public enum PathStyle
{
    /// <summary><c>lib/pythonX.Y/site-packages</c> and <c>bin</c>.</summary>
    Posix,

    /// <summary><c>Lib\site-packages</c> and <c>Scripts</c>.</summary>
    Windows,
}

/// <summary>One layer of an environment, outermost first: the environment itself, the interpreter last.</summary>
/// <param name="Kind">What made it.</param>
/// <param name="Prefix">Its prefix, absolute.</param>
public sealed record EnvironmentLayer(EnvironmentLayerKind Kind, string Prefix)
{
    /// <summary>The tool and its version where the prefix tells, for example <c>uv 0.5.1</c>, <c>virtualenv 20.26.2</c>, <c>venv</c>.</summary>
    public string? Creator { get; init; }

    /// <summary>Whether the prefix carries <c>EXTERNALLY-MANAGED</c> (PEP 668).</summary>
    public bool ExternallyManaged { get; init; }
}

/// <summary>What made a prefix.</summary>
public enum EnvironmentLayerKind
{
    /// <summary>A prefix that nothing else explains: Python built and installed by hand, or by an installer.</summary>
    Plain,

    /// <summary>A virtual environment (venv, virtualenv or uv; <see cref="EnvironmentLayer.Creator"/> says which).</summary>
    VirtualEnvironment,

    /// <summary>A conda environment.</summary>
    Conda,

    /// <summary>A conda environment that pixi made.</summary>
    Pixi,

    /// <summary>A version built by pyenv.</summary>
    Pyenv,

    /// <summary>An interpreter that uv downloaded.</summary>
    UvManaged,

    /// <summary>The interpreter of the operating system.</summary>
    System,
}

/// <summary>One entry of <c>sys.path</c>.</summary>
/// <param name="Path">Absolute, as Python would have it in <c>sys.path</c>: links are not followed.</param>
/// <param name="Kind">Why it is there.</param>
/// <param name="AddedBy">The <c>.pth</c> file that added it, where the kind is PthFile.</param>
public sealed record SearchPathEntry(string Path, SearchPathKind Kind, string? AddedBy = null);

/// <summary>Why a folder is on <c>sys.path</c>.</summary>
public enum SearchPathKind
{
    /// <summary>Named by <c>PYTHONPATH</c>.</summary>
    PythonPath,

    /// <summary>The standard library, its zip file or <c>lib-dynload</c>.</summary>
    StandardLibrary,

    /// <summary>The user's own site-packages.</summary>
    UserSite,

    /// <summary>A site-packages or dist-packages folder of the environment itself.</summary>
    Site,

    /// <summary>A site-packages or dist-packages folder of the interpreter under a virtual environment.</summary>
    BaseSite,

    /// <summary>Added by a line of a <c>.pth</c> file.</summary>
    PthFile,
}

/// <summary>
/// A line of a <c>.pth</c> file that Python executes at start: what it does to <c>sys.path</c> and to imports cannot
/// be known without running it.
/// </summary>
/// <param name="Path">The <c>.pth</c> file, absolute.</param>
/// <param name="Module">The module that the line imports first, for example <c>__editable___demo_finder</c>.</param>
public sealed record PthImport(string Path, string Module);
