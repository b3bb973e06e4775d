using System.Runtime.InteropServices;

namespace Firn.Common.Files;

/// <summary>The flags of <c>open(2)</c>, which differ between systems and processors.</summary>
internal static class OpenFlags
{
    public const int Read = 0;
    public const int Write = 1;

    public static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    public static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    public static int NoFollow => OperatingSystem.IsMacOS() ? 0x100 : IsArm ? 0x8000 : 0x20000;

    public static int Directory => OperatingSystem.IsMacOS() ? 0x100000 : IsArm ? 0x4000 : 0x10000;

    public static int Create => OperatingSystem.IsMacOS() ? 0x200 : 0x40;

    /// <summary>Fail where there is something already.</summary>
    public static int Exclusive => OperatingSystem.IsMacOS() ? 0x800 : 0x80;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
}
