namespace Firn.Captures.Archives;

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
