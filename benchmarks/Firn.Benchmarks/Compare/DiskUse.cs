using System.Diagnostics;
using System.Globalization;

namespace Firn.Benchmarks.Compare;

/// <summary>What folders take on the disk together.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Bytes">Their blocks, each counted once.</param>
internal sealed record DiskUse(string Name, long Bytes)
{
    /// <summary>Asks du, which counts a file with several names once.</summary>
    /// <exception cref="BenchmarkException">It cannot say.</exception>
    public static DiskUse Of(string name, params IEnumerable<string> folders)
    {
        var start = new ProcessStartInfo("du", ["--summarize", "--total", "--block-size=1", .. folders])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0
            ? new DiskUse(name, long.Parse(lines[^1].Split('\t')[0], CultureInfo.InvariantCulture))
            : throw new BenchmarkException($"du returned {process.ExitCode}");
    }
}
