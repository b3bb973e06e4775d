using System.Globalization;

namespace Firn.Host;

/// <summary>
/// The CUDA that a driver of NVIDIA supports, which <c>cuDriverGetVersion</c> would tell; nobody's library is loaded to
/// ask it. The branches are those of NVIDIA's release notes (CUDA Toolkit, table "CUDA Toolkit and Corresponding Driver
/// Versions").
/// </summary>
internal static class CudaVersions
{
    private static readonly (int Driver, string Cuda)[] Branches =
    [
        (580, "13.0"), (575, "12.9"), (570, "12.8"), (565, "12.7"), (560, "12.6"), (555, "12.5"), (550, "12.4"),
        (545, "12.3"), (535, "12.2"), (530, "12.1"), (525, "12.0"), (520, "11.8"), (515, "11.7"), (510, "11.6"),
        (495, "11.5"), (470, "11.4"), (465, "11.3"), (460, "11.2"), (455, "11.1"), (450, "11.0"), (440, "10.2"),
        (418, "10.1"), (410, "10.0"), (396, "9.2"), (390, "9.1"), (384, "9.0"), (375, "8.0"), (352, "7.5"),
    ];

    /// <summary>The version; of a driver newer than the table, the newest it has; <see langword="null"/> without a driver.</summary>
    public static string? Of(string? driver)
    {
        if (driver is null)
        {
            return null;
        }

        var dot = driver.IndexOf('.', StringComparison.Ordinal);
        var text = dot < 0 ? driver : driver[..dot];
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var major))
        {
            return null;
        }

        foreach (var (branch, cuda) in Branches)
        {
            if (major >= branch)
            {
                return cuda;
            }
        }

        return null;
    }
}
