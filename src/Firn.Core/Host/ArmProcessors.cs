namespace Firn.Host;

/// <summary>Names for the numbers that Arm processors give instead of one (util-linux: sys-utils/lscpu-arm.c).</summary>
internal static class ArmProcessors
{
    /// <summary>The name, else <c>implementer/part</c>; <see langword="null"/> where the numbers are missing.</summary>
    public static string? Name(string? implementer, string? part) => (implementer, part) switch
    {
        (null, _) or (_, null) => null,
        ("0x41", "0xd03") => "Cortex-A53",
        ("0x41", "0xd08") => "Cortex-A72",
        ("0x41", "0xd0b") => "Cortex-A76",
        ("0x41", "0xd0c") => "Neoverse-N1",
        ("0x41", "0xd40") => "Neoverse-V1",
        ("0x41", "0xd49") => "Neoverse-N2",
        ("0x41", "0xd4f") => "Neoverse-V2",
        ("0x46", "0x001") => "A64FX",
        _ => $"{implementer}/{part}",
    };
}
