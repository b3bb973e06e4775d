using System.Collections.Immutable;

namespace Firn.Host;

/// <summary>
/// The x86-64 levels that a CPU has, best first, as glibc names its <c>glibc-hwcaps</c> folders (x86-64 psABI, table
/// 3.1; the names of the flags are those of <c>/proc/cpuinfo</c>).
/// </summary>
internal static class HardwareLevels
{
    private static readonly ImmutableArray<string> Second =
        ["cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"];

    private static readonly ImmutableArray<string> Third =
        ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"];

    private static readonly ImmutableArray<string> Fourth =
        ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"];

    public static ImmutableArray<string> Of(IReadOnlyCollection<string> cpuFlags)
    {
        var flags = new HashSet<string>(cpuFlags, StringComparer.Ordinal);
        var levels = new List<string>(3);
        if (HasAll(flags, Second))
        {
            levels.Add("x86-64-v2");
            if (HasAll(flags, Third))
            {
                levels.Add("x86-64-v3");
                if (HasAll(flags, Fourth))
                {
                    levels.Add("x86-64-v4");
                }
            }
        }

        levels.Reverse();
        return [.. levels];
    }

    private static bool HasAll(HashSet<string> flags, ImmutableArray<string> wanted)
    {
        foreach (var flag in wanted)
        {
            if (!flags.Contains(flag))
            {
                return false;
            }
        }

        return true;
    }
}
