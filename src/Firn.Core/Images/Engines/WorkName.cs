using System.Globalization;
using System.Text;
using Firn.Common;

namespace Firn.Images.Engines;

/// <summary>
/// Names of images and containers that only last while a firn works: they say which process on which machine that is, so that
/// what a killed one left is told from what another one is at.
/// </summary>
internal static class WorkName
{
    private const int MachineLength = 8;

    private static string Machine => Sha256Digest.Of(Encoding.UTF8.GetBytes(Environment.MachineName)).Hex[..MachineLength];

    /// <summary>A new one: <c>PREFIX-MACHINE-PROCESS-RANDOM</c>.</summary>
    public static string New(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}-{Machine}-{Environment.ProcessId}-{Guid.NewGuid():N}");

    /// <summary>Whether it is of a process of this machine that is no more.</summary>
    public static bool IsAbandoned(string name, string prefix) =>
        name.StartsWith($"{prefix}-{Machine}-", StringComparison.Ordinal)
        && int.TryParse(name[(prefix.Length + MachineLength + 2)..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
        && OperatingSystem.IsLinux() && !Directory.Exists($"/proc/{process.ToString(CultureInfo.InvariantCulture)}");
}
