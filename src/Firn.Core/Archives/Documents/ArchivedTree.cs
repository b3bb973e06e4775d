using System.Collections.Immutable;

namespace Firn.Archives.Documents;

/// <summary>One prefix of an archive.</summary>
internal sealed record ArchivedTree
{
    public required ArchivedTreeKind Kind { get; init; }

    /// <summary>The prefix that it was archived from, absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>Other absolute paths by which files of it name <see cref="Prefix"/>, through links; sorted.</summary>
    public ImmutableArray<string> OtherNames { get; init; } = [];

    /// <summary>The full version of its Python, for example <c>3.11.7</c>.</summary>
    public required string PythonVersion { get; init; }

    /// <summary>The folder name of its Python below <c>lib</c> and <c>include</c>: <c>python3.11</c>, <c>python3.13t</c>, <c>pypy3.10</c>.</summary>
    public required string PythonFolder { get; init; }

    /// <summary>Its site-packages relative to the prefix, mostly <c>lib/python3.11/site-packages</c>.</summary>
    public required string SitePackages { get; init; }

    /// <summary>The tag of its bytecode files, for example <c>cpython-311</c>.</summary>
    public required string CacheTag { get; init; }

    /// <summary>The interpreter relative to the prefix, for example <c>bin/python3.11</c>.</summary>
    public required string Executable { get; init; }

    /// <summary>The interpreter's file below the base's prefix that a virtual environment's links lead to, for example <c>bin/python3.11</c>.</summary>
    public string? BaseExecutable { get; init; }

    /// <summary>The packages, sorted by kind, name and bundle.</summary>
    public ImmutableArray<ArchivedPackage> Packages { get; init; } = [];

    /// <summary>
    /// Text files of this installation with tokens for its folders, sorted by path: <c>pyvenv.cfg</c>, <c>bin/activate</c>,
    /// <c>.pth</c> files that no RECORD lists, links of editable installs, conda's <c>history</c>.
    /// </summary>
    public ImmutableArray<ArchivedText> Texts { get; init; } = [];

    /// <summary>Symbolic links of this installation, sorted by path: a virtual environment's interpreter, <c>lib64</c>.</summary>
    public ImmutableArray<ArchivedLink> Links { get; init; } = [];

    /// <summary>
    /// Texts of packages, relative to the prefix, that are archived as they are and name <see cref="Prefix"/>: from a restored
    /// prefix they still lead there. Sorted.
    /// </summary>
    public ImmutableArray<string> NamesPrefix { get; init; } = [];

    /// <summary>ELF files, relative to the prefix, whose RPATH or RUNPATH leads into <see cref="Prefix"/>, sorted.</summary>
    public ImmutableArray<string> RunPathFiles { get; init; } = [];
}

/// <summary>How a prefix is laid out, and so how it is restored.</summary>
internal enum ArchivedTreeKind
{
    /// <summary>A whole Python: built by pyenv, managed by uv, or installed by hand.</summary>
    Plain,

    /// <summary>A virtual environment.</summary>
    VirtualEnvironment,

    /// <summary>A conda environment.</summary>
    Conda,

    /// <summary>The operating system's Python, which is restored as a virtual environment.</summary>
    System,
}

/// <summary>A text file of an installation; its folders are <see cref="ArchiveTokens"/>.</summary>
/// <param name="Path">Relative to the prefix.</param>
/// <param name="Text">The content.</param>
/// <param name="IsExecutable">Whether it may be executed.</param>
internal sealed record ArchivedText(string Path, string Text, bool IsExecutable);

/// <summary>A symbolic link of an installation.</summary>
/// <param name="Path">Relative to the prefix.</param>
/// <param name="Target">Where it leads: relative, or with <see cref="ArchiveTokens.Base"/> at its start.</param>
internal sealed record ArchivedLink(string Path, string Target);
