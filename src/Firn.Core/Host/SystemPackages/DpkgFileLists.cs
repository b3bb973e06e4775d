using System.Runtime.InteropServices;
using System.Text;
using Firn.Common;
using Firn.Host.Binaries;

namespace Firn.Host.SystemPackages;

/// <summary>What a Debian package installed, by its list in <c>/var/lib/dpkg/info</c>.</summary>
internal sealed class DpkgFileLists(SystemContext systemContext)
{
    private readonly ReusableFileReader _buffer = new();

    /// <summary>
    /// The package's extension modules and libraries in folders of Python packages: what RECORD lists for other
    /// installers. Empty where there is no such list.
    /// </summary>
    /// <param name="package">The name, with or without <c>:ARCHITECTURE</c>.</param>
    public List<string> PythonNativeFilesOf(string package)
    {
        var files = new List<string>();
        foreach (var line in new TextLines(Encoding.UTF8.GetString(ListOf(package))))
        {
            if (NativeCandidate.IsNamed(line) && line.StartsWith("/")
                && (line.Contains("/dist-packages/", StringComparison.Ordinal)
                    || line.Contains("/site-packages/", StringComparison.Ordinal)))
            {
                files.Add(systemContext.SystemPath(line.ToString()));
            }
        }

        return files;
    }

    /// <summary>All that the package installed, as the system has it (without the context's root): files and folders.</summary>
    /// <param name="package">The name, with or without <c>:ARCHITECTURE</c>.</param>
    public List<string> PathsOf(string package)
    {
        var paths = new List<string>();
        foreach (var line in new TextLines(Encoding.UTF8.GetString(ListOf(package))))
        {
            if (line.StartsWith("/") && line.Length > 1)
            {
                paths.Add(line.ToString());
            }
        }

        return paths;
    }

    /// <summary>Packages that can be installed for several architectures have theirs in the list's name.</summary>
    private ReadOnlySpan<byte> ListOf(string package)
    {
        if (package.Contains('/', StringComparison.Ordinal))
        {
            return [];
        }

        var folder = systemContext.SystemPath("/var/lib/dpkg/info");
        var list = _buffer.Read(Path.Join(folder, package + ".list"));
        return list.IsEmpty && Architecture() is { } own
            ? _buffer.Read(Path.Join(folder, $"{package}:{own}.list"))
            : list;
    }

    private static string? Architecture() => RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.X86 => "i386",
        System.Runtime.InteropServices.Architecture.Arm => "armhf",
        System.Runtime.InteropServices.Architecture.Ppc64le => "ppc64el",
        System.Runtime.InteropServices.Architecture.S390x => "s390x",
        System.Runtime.InteropServices.Architecture.RiscV64 => "riscv64",
        _ => null,
    };
}
