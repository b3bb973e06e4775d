using System.Collections.Immutable;

namespace Firn.Host.Machine;

/// <summary>
/// Names of processors as <c>__archspec</c> has them, those of the server and desktop generations of x86-64
/// (archspec-json: cpu/microarchitectures.json), and the level of x86-64 that each one has.
/// </summary>
internal static class MicroArchitectures
{
    private const string Intel = "GenuineIntel";
    private const string Amd = "AuthenticAMD";

    /// <summary>From the newest to the oldest of a vendor; the first whose level and flags are there is the one.</summary>
    private static readonly ImmutableArray<(string Name, string Vendor, int Level, string[] Flags)> Known =
    [
        ("sapphirerapids", Intel, 4, ["amx_bf16", "amx_int8", "amx_tile", "avx512_bf16", "cldemote", "movdir64b", "movdiri", "serialize", "waitpkg", "avx512_bitalg", "avx512_vbmi2", "gfni", "vaes"]),
        ("icelake", Intel, 4, ["avx512_bitalg", "avx512_vbmi2", "avx512_vpopcntdq", "gfni", "rdpid", "vaes", "vpclmulqdq", "avx512_vnni", "clwb", "avx512ifma", "avx512vbmi", "sha_ni"]),
        ("cascadelake", Intel, 4, ["avx512_vnni", "clwb", "clflushopt"]),
        ("cannonlake", Intel, 4, ["avx512ifma", "avx512vbmi", "sha_ni", "clflushopt"]),
        ("skylake_avx512", Intel, 4, ["clwb", "clflushopt", "xsavec", "xsaveopt", "adx", "rdseed"]),
        ("alderlake", Intel, 3, ["avx_vnni", "clwb", "gfni", "movdir64b", "movdiri", "rdpid", "serialize", "sha_ni", "vaes", "vpclmulqdq", "waitpkg"]),
        ("skylake", Intel, 3, ["clflushopt", "xsavec", "xsaveopt", "adx", "rdseed"]),
        ("broadwell", Intel, 3, ["adx", "rdseed"]),
        ("haswell", Intel, 3, ["aes", "pclmulqdq", "rdrand"]),
        ("ivybridge", Intel, 2, ["aes", "pclmulqdq", "avx", "f16c", "rdrand"]),
        ("sandybridge", Intel, 2, ["aes", "pclmulqdq", "avx"]),
        ("westmere", Intel, 2, ["aes", "pclmulqdq"]),
        ("nehalem", Intel, 2, []),
        ("zen5", Amd, 4, ["avx512_vp2intersect", "avx_vnni", "movdir64b", "movdiri", "avx512_bf16", "gfni"]),
        ("zen4", Amd, 4, ["avx512_bf16", "avx512_bitalg", "avx512_vbmi2", "avx512_vnni", "avx512_vpopcntdq", "avx512ifma", "avx512vbmi", "gfni"]),
        ("zen3", Amd, 3, ["pku", "vaes", "vpclmulqdq", "clwb", "clzero"]),
        ("zen2", Amd, 3, ["clwb", "clzero", "clflushopt", "sse4a"]),
        ("zen", Amd, 3, ["aes", "clflushopt", "clzero", "fsgsbase", "pclmulqdq", "rdseed", "sse4a", "xsavec", "xsaveopt"]),
        ("excavator", Amd, 3, ["aes", "fma4", "sse4a", "xop"]),
        ("piledriver", Amd, 2, ["bmi1", "f16c", "fma", "tbm", "fma4"]),
        ("bulldozer", Amd, 2, ["avx", "fma4", "sse4a", "xop"]),
    ];

    /// <summary>The name of an x86-64 processor, the level where it has no name; <see langword="null"/> on others.</summary>
    public static string? Of(CpuFacts cpu, string platform)
    {
        if (!platform.EndsWith("-64", StringComparison.Ordinal) || cpu.Flags.IsDefaultOrEmpty)
        {
            return null;
        }

        var flags = new HashSet<string>(cpu.Flags, StringComparer.Ordinal);
        if (!flags.Contains("lm"))
        {
            return null;
        }

        var level = X86Levels.Of(cpu.Flags).Length + 1;
        foreach (var known in Known)
        {
            if (known.Level <= level && known.Vendor == cpu.Vendor && Array.TrueForAll(known.Flags, flags.Contains))
            {
                // A processor above its generation's level has another name than this table knows.
                return known.Level == level ? known.Name : OfLevel(level);
            }
        }

        return OfLevel(level);
    }

    /// <summary>The second part of a platform in archspec's words (CEP 30, appendix A).</summary>
    public static string OfPlatform(string platform)
    {
        var machine = platform[(platform.IndexOf('-', StringComparison.Ordinal) + 1)..];
        return machine switch
        {
            "64" => "x86_64",
            "32" => "x86",
            "arm64" => "aarch64",
            _ => machine,
        };
    }

    /// <summary>
    /// Whether code for the one processor runs on the other: for a level of x86-64 on all that have it, for a named
    /// processor on later ones of the same vendor.
    /// </summary>
    public static bool Runs(string wanted, string own)
    {
        if (wanted == own)
        {
            return true;
        }

        var index = IndexOf(own);
        var level = index >= 0 ? Known[index].Level : LevelOf(own);
        if (LevelOf(wanted) is > 0 and var needed)
        {
            return level >= needed;
        }

        var other = IndexOf(wanted);
        return other > index && index >= 0 && Known[other].Vendor == Known[index].Vendor && level >= Known[other].Level;
    }

    /// <summary>1 to 4; 0 where it names no level.</summary>
    private static int LevelOf(string name) => name switch
    {
        "x86_64" => 1,
        "x86_64_v2" => 2,
        "x86_64_v3" => 3,
        "x86_64_v4" => 4,
        _ => 0,
    };

    private static int IndexOf(string name)
    {
        for (var i = 0; i < Known.Length; i++)
        {
            if (Known[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static string OfLevel(int level) => level == 1 ? "x86_64" : $"x86_64_v{level}";
}

/// <summary>
/// The x86-64 levels that a CPU has, best first, as glibc names its <c>glibc-hwcaps</c> folders (x86-64 psABI, table
/// 3.1; the names of the flags are those of <c>/proc/cpuinfo</c>).
/// </summary>
internal static class X86Levels
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
