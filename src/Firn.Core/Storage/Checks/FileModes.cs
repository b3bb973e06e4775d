using Firn.Common.Files;

namespace Firn.Storage.Checks;

/// <summary>The permissions of what a store keeps: to read, and nothing else.</summary>
internal static class FileModes
{
    /// <summary>The right to write or to execute, for anybody.</summary>
    private const uint Surplus = 0b011_011_011;

    private const uint OwnerReads = 0b100_000_000;
    private const uint Permissions = 0b111_111_111;

    /// <summary>What is wrong with a file's mode; <see langword="null"/> where nothing is.</summary>
    public static string? Problem(FileStat stat)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var mode = Convert.ToString(stat.Mode & Permissions, 8).PadLeft(4, '0');
        return (stat.Mode & OwnerReads) == 0 ? $"its mode is {mode}: its owner cannot read it"
            : (stat.Mode & Surplus) != 0 ? $"its mode is {mode}, not 0444: it can be changed by mistake"
            : null;
    }
}
