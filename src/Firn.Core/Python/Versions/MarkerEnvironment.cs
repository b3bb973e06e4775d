using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Versions;

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
            // Untagged builds say 3.13.0+, which is not a version (packaging: _pep440_python_full_version).
            PythonFullVersion = pythonFullVersion.EndsWith('+') ? pythonFullVersion + "local" : pythonFullVersion,
            ImplementationName = implementationName,
            ImplementationVersion = implementationVersion,
        };

    /// <summary>The environment of a CPython.</summary>
    public static MarkerEnvironment OfCPython(string pythonFullVersion, MarkerPlatform platform) =>
        Of("cpython", pythonFullVersion, pythonFullVersion, platform);

    /// <summary>A variable's value; <see langword="null"/> for what is not text of the environment.</summary>
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

/// <summary>What markers may know of a machine.</summary>
/// <param name="OsName"><c>os.name</c>: <c>posix</c> or <c>nt</c>.</param>
/// <param name="SysPlatform"><c>sys.platform</c>: <c>linux</c>, <c>darwin</c>, <c>win32</c>.</param>
/// <param name="System"><c>platform.system()</c>: <c>Linux</c>, <c>Darwin</c>, <c>Windows</c>.</param>
/// <param name="Machine"><c>platform.machine()</c>: <c>x86_64</c>, <c>aarch64</c>, <c>arm64</c>, <c>AMD64</c>.</param>
/// <param name="Release"><c>platform.release()</c>: the kernel's.</param>
/// <param name="Version"><c>platform.version()</c>.</param>
internal sealed record MarkerPlatform(
    string OsName, string SysPlatform, string System, string Machine, string Release, string Version)
{
    private const int Limit = 4096;

    /// <summary>A Linux.</summary>
    public static MarkerPlatform Linux(string machine, string release, string version) =>
        new("posix", "linux", "Linux", machine, release, version);

    /// <summary>The machine that this runs on.</summary>
    public static MarkerPlatform Read(SystemContext systemContext)
    {
        if (OperatingSystem.IsWindows())
        {
            var version = Environment.OSVersion.Version;
            var machine = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "ARM64" : "AMD64";
            return new("nt", "win32", "Windows", machine, version.Major.ToString(), version.ToString(3));
        }

        if (OperatingSystem.IsMacOS())
        {
            // Darwin 23.1.0 Darwin Kernel Version 23.1.0: ...
            var parts = RuntimeInformation.OSDescription.Split(' ', 3);
            return new(
                "posix", "darwin", "Darwin", MachineName("arm64"),
                parts.Length > 1 ? parts[1] : string.Empty, parts.Length > 2 ? parts[2] : string.Empty);
        }

        return Linux(MachineName("aarch64"), Kernel(systemContext, "osrelease"), Kernel(systemContext, "version"));
    }

    private static string Kernel(SystemContext systemContext, string name) =>
        BoundedFile.ReadText(systemContext.SystemPath("/proc/sys/kernel/" + name), Limit)?.Trim() ?? string.Empty;

    private static string MachineName(string arm64) => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.X86 => "i686",
        Architecture.Arm64 => arm64,
        Architecture.Arm or Architecture.Armv6 => "armv7l",
        Architecture.Ppc64le => "ppc64le",
        Architecture.S390x => "s390x",
        Architecture.LoongArch64 => "loongarch64",
        Architecture.RiscV64 => "riscv64",
        _ => string.Empty,
    };
}

/// <summary>The extras and groups that a marker is asked with; all in canonical form.</summary>
internal sealed record MarkerExtras
{
    /// <summary>Neither extras nor groups, in a requirement.</summary>
    public static MarkerExtras Nothing { get; } = new() { Extra = string.Empty };

    /// <summary>The value of <c>extra</c>; <see langword="null"/> in lock files, which do not know it.</summary>
    public string? Extra { get; init; }

    /// <summary>The value of <c>extras</c>; <see langword="null"/> outside of lock files.</summary>
    public FrozenSet<string>? Extras { get; init; }

    /// <summary>The value of <c>dependency_groups</c>; <see langword="null"/> outside of lock files.</summary>
    public FrozenSet<string>? Groups { get; init; }

    /// <summary>Those of a lock file.</summary>
    public static MarkerExtras InLock(IEnumerable<string> extras, IEnumerable<string> groups) =>
        new() { Extras = Canonical(extras), Groups = Canonical(groups) };

    private static FrozenSet<string> Canonical(IEnumerable<string> names)
    {
        var set = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            set.Add(CanonicalName.Of(name));
        }

        return set.ToFrozenSet(StringComparer.Ordinal);
    }
}
