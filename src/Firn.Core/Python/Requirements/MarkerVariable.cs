namespace Firn.Python.Requirements;

/// <summary>What a marker may ask for (dependency specifiers, "Environment markers").</summary>
internal enum MarkerVariable
{
    /// <summary>A text between quotes and no variable.</summary>
    None,

    /// <summary><c>os_name</c>.</summary>
    OsName,

    /// <summary><c>sys_platform</c>.</summary>
    SysPlatform,

    /// <summary><c>platform_machine</c>.</summary>
    PlatformMachine,

    /// <summary><c>platform_python_implementation</c>.</summary>
    PlatformPythonImplementation,

    /// <summary><c>platform_release</c>.</summary>
    PlatformRelease,

    /// <summary><c>platform_system</c>.</summary>
    PlatformSystem,

    /// <summary><c>platform_version</c>.</summary>
    PlatformVersion,

    /// <summary><c>python_version</c>.</summary>
    PythonVersion,

    /// <summary><c>python_full_version</c>.</summary>
    PythonFullVersion,

    /// <summary><c>implementation_name</c>.</summary>
    ImplementationName,

    /// <summary><c>implementation_version</c>.</summary>
    ImplementationVersion,

    /// <summary><c>extra</c>: one of the extras asked for; only in requirements.</summary>
    Extra,

    /// <summary><c>extras</c>: the set of them; only in lock files.</summary>
    Extras,

    /// <summary><c>dependency_groups</c>: a set; only in lock files.</summary>
    DependencyGroups,
}
