namespace Firn.Conda.Locks;

/// <summary>What kind of lock or spec a file is.</summary>
internal enum LockFileKind
{
    Unknown,

    /// <summary>conda's explicit file (CEP 23).</summary>
    Explicit,

    /// <summary>A list of match specs, as <c>conda list --export</c> writes it.</summary>
    CondaSpecs,

    /// <summary>conda-lock.yml (CEP 37).</summary>
    CondaLock,

    /// <summary>environment.yml (CEP 24).</summary>
    EnvironmentYaml,

    /// <summary>A requirement file of pip.</summary>
    Requirements,

    /// <summary>pylock.toml (PEP 751).</summary>
    Pylock,

    /// <summary>The environment.json of a capture.</summary>
    Capture,

    PixiLock,
    UvLock,
    PoetryLock,
    PdmLock,
    PipfileLock,

    /// <summary>pyproject.toml: a project, no lock.</summary>
    Pyproject,
}
