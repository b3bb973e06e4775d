using System.Runtime.InteropServices;

namespace Firn.Conda;

/// <summary>conda's names of platforms.</summary>
internal static class CondaPlatform
{
    /// <summary>The platform of most packages that have one; of this machine where none has.</summary>
    public static string Of(IEnumerable<CondaPackage> packages)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var package in packages)
        {
            if (package.Subdir is { Length: > 0 } subdir and not "noarch" and not "pypi")
            {
                counts[subdir] = counts.TryGetValue(subdir, out var count) ? count + 1 : 1;
            }
        }

        string? best = null;
        foreach (var (subdir, number) in counts)
        {
            var isMore = best is null || number > counts[best]
                || (number == counts[best] && string.CompareOrdinal(subdir, best) < 0);
            best = isMore ? subdir : best;
        }

        return best ?? OfThisMachine();
    }

    /// <summary>conda base/context.py <c>_native_subdir</c>.</summary>
    public static string OfThisMachine()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return RuntimeInformation.OSArchitecture switch
        {
            Architecture.X86 => system + "-32",
            Architecture.Arm64 => system == "linux" ? "linux-aarch64" : system + "-arm64",
            Architecture.Ppc64le => "linux-ppc64le",
            Architecture.S390x => "linux-s390x",
            Architecture.RiscV64 => "linux-riscv64",
            Architecture.Armv6 => "linux-armv6l",
            Architecture.Arm => "linux-armv7l",
            _ => system + "-64",
        };
    }
}
