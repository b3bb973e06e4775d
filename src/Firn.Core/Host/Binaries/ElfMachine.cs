namespace Firn.Host.Binaries;

/// <summary>The machines that Python environments are found on, as <c>e_machine</c> names them, and what others call them.</summary>
internal static class ElfMachine
{
    public const ushort I386 = 3;
    public const ushort PowerPc64 = 21;
    public const ushort S390 = 22;
    public const ushort Arm = 40;
    public const ushort X8664 = 62;
    public const ushort AArch64 = 183;
    public const ushort RiscV = 243;
    public const ushort LoongArch = 258;

    /// <summary>Debian's multiarch folder (Debian Policy 9.1.1 and wiki.debian.org/Multiarch/Tuples).</summary>
    public static string? MultiarchTriplet(ElfImage image) => image.Machine switch
    {
        X8664 => image.Is64Bit ? "x86_64-linux-gnu" : "x86_64-linux-gnux32",
        I386 => "i386-linux-gnu",
        AArch64 => "aarch64-linux-gnu",
        Arm => "arm-linux-gnueabihf",
        PowerPc64 => image.IsLittleEndian ? "powerpc64le-linux-gnu" : "powerpc64-linux-gnu",
        S390 => image.Is64Bit ? "s390x-linux-gnu" : null,
        RiscV => image.Is64Bit ? "riscv64-linux-gnu" : null,
        LoongArch => "loongarch64-linux-gnu",
        _ => null,
    };

    /// <summary>The architecture as dpkg calls it.</summary>
    public static string? DebianArchitecture(ElfImage image) => image.Machine switch
    {
        X8664 => image.Is64Bit ? "amd64" : "x32",
        I386 => "i386",
        AArch64 => "arm64",
        Arm => "armhf",
        PowerPc64 => image.IsLittleEndian ? "ppc64el" : "ppc64",
        S390 => "s390x",
        RiscV => "riscv64",
        LoongArch => "loong64",
        _ => null,
    };

    /// <summary>What <c>$PLATFORM</c> stands for: <c>AT_PLATFORM</c> of the kernel.</summary>
    public static string? Platform(ElfImage image) => image.Machine switch
    {
        X8664 => "x86_64",
        I386 => "i686",
        AArch64 => "aarch64",
        _ => null,
    };

    /// <summary>
    /// The flags of the library's entries in <c>ld.so.cache</c>, or <see langword="null"/> where any may fit
    /// (glibc: sysdeps/generic/ldconfig.h and each port's dl-cache.h).
    /// </summary>
    public static int? CacheFlags(ElfImage image) => image.Machine switch
    {
        X8664 => image.Is64Bit ? 0x0303 : 0x0803,
        I386 => 0x0003,
        AArch64 => image.Is64Bit ? 0x0a03 : null,
        PowerPc64 => 0x0503,
        S390 => image.Is64Bit ? 0x0403 : 0x0003,
        _ => null,
    };
}
