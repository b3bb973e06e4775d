namespace Firn.Python;

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
