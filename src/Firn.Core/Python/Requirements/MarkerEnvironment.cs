namespace Firn.Python.Requirements;

/// <summary>The values of the variables of markers (packaging: markers.py default_environment).</summary>
internal sealed record MarkerEnvironment
{
    /// <summary><c>os.name</c>.</summary>
    public required string OsName { get; init; }

    /// <summary><c>sys.platform</c>.</summary>
    public required string SysPlatform { get; init; }

    /// <summary><c>platform.machine()</c>.</summary>
    public required string PlatformMachine { get; init; }

    /// <summary><c>platform.python_implementation()</c>.</summary>
    public required string PlatformPythonImplementation { get; init; }

    /// <summary><c>platform.release()</c>.</summary>
    public required string PlatformRelease { get; init; }

    /// <summary><c>platform.system()</c>.</summary>
    public required string PlatformSystem { get; init; }

    /// <summary><c>platform.version()</c>.</summary>
    public required string PlatformVersion { get; init; }

    /// <summary>The first two numbers of the version.</summary>
    public required string PythonVersion { get; init; }

    /// <summary><c>platform.python_version()</c>.</summary>
    public required string PythonFullVersion { get; init; }

    /// <summary><c>sys.implementation.name</c>.</summary>
    public required string ImplementationName { get; init; }

    /// <summary>The version of <c>sys.implementation</c>.</summary>
    public required string ImplementationVersion { get; init; }

    /// <summary>The environment of an interpreter on a machine.</summary>
    /// <param name="implementationName"><c>sys.implementation.name</c>: <c>cpython</c>, <c>pypy</c>.</param>
    /// <param name="implementationVersion">Its version; of CPython the same as Python's.</param>
    /// <param name="pythonFullVersion">For example <c>3.11.7</c>.</param>
    /// <param name="platform">The machine.</param>
    public static MarkerEnvironment Of(
        string implementationName, string implementationVersion, string pythonFullVersion, MarkerPlatform platform) => new()
        {
            OsName = platform.OsName,
            SysPlatform = platform.SysPlatform,
            PlatformMachine = platform.Machine,
            PlatformPythonImplementation = PythonImplementation(implementationName),
            PlatformRelease = platform.Release,
            PlatformSystem = platform.System,
            PlatformVersion = platform.Version,
            PythonVersion = FirstTwo(pythonFullVersion),
            // Untagged builds say 3.13.0+, which is no version (packaging: _pep440_python_full_version).
            PythonFullVersion = pythonFullVersion.EndsWith('+') ? pythonFullVersion + "local" : pythonFullVersion,
            ImplementationName = implementationName,
            ImplementationVersion = implementationVersion,
        };

    /// <summary>The environment of a CPython.</summary>
    public static MarkerEnvironment OfCPython(string pythonFullVersion, MarkerPlatform platform) =>
        Of("cpython", pythonFullVersion, pythonFullVersion, platform);

    /// <summary>A variable's value; <see langword="null"/> for what is no text of the environment.</summary>
    public string? Value(MarkerVariable variable) => variable switch
    {
        MarkerVariable.OsName => OsName,
        MarkerVariable.SysPlatform => SysPlatform,
        MarkerVariable.PlatformMachine => PlatformMachine,
        MarkerVariable.PlatformPythonImplementation => PlatformPythonImplementation,
        MarkerVariable.PlatformRelease => PlatformRelease,
        MarkerVariable.PlatformSystem => PlatformSystem,
        MarkerVariable.PlatformVersion => PlatformVersion,
        MarkerVariable.PythonVersion => PythonVersion,
        MarkerVariable.PythonFullVersion => PythonFullVersion,
        MarkerVariable.ImplementationName => ImplementationName,
        MarkerVariable.ImplementationVersion => ImplementationVersion,
        _ => null,
    };

    private static string PythonImplementation(string name) => name switch
    {
        "cpython" => "CPython",
        "pypy" => "PyPy",
        "jython" => "Jython",
        "ironpython" => "IronPython",
        "graalpy" => "GraalVM",
        _ => name,
    };

    private static string FirstTwo(string version)
    {
        var parts = version.Split('.', 3);
        return parts.Length < 2 ? version : $"{parts[0]}.{parts[1]}";
    }
}
