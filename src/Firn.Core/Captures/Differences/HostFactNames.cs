using Firn.Host;

namespace Firn.Captures.Differences;

/// <summary>The facts of a machine that are compared, by name. Memory and load are not: they change no result.</summary>
internal static class HostFactNames
{
    public static SortedList<string, string> Of(Capture capture)
    {
        var host = capture.Host;
        var facts = new SortedList<string, string>(StringComparer.Ordinal)
        {
            ["operating system"] = host.OperatingSystem.Name,
            ["kernel"] = $"{host.Kernel.Name} {host.Kernel.Release} {host.Kernel.Machine}",
        };
        Add(facts, "libc", host.Libc is { } libc ? $"{libc.Name} {libc.Version}" : null);
        Add(facts, "cpu", host.Cpu.Model);
        Add(facts, "cpu signature", host.Cpu.Signature);
        Add(facts, "cpu flags", Flags(host.Cpu));
        Add(facts, "cores", Cores(host));
        Add(facts, "nvidia driver", host.Gpu.NvidiaDriver);
        Add(facts, "cuda toolkit", host.Gpu.CudaToolkit);
        Add(facts, "gpu", host.Gpu.Devices.IsEmpty ? null : string.Join(", ", host.Gpu.Devices.Select(device => device.Model)));
        return facts;
    }

    /// <summary>The vector extensions by which numeric libraries choose their kernels; the other flags are noise.</summary>
    private static string? Flags(CpuFacts cpu)
    {
        var vector = cpu.Flags.Where(IsVector).ToList();
        return vector.Count == 0 ? null : string.Join(' ', vector);
    }

    private static bool IsVector(string flag) =>
        flag.StartsWith("avx", StringComparison.Ordinal)
        || flag.StartsWith("amx", StringComparison.Ordinal)
        || flag.StartsWith("sse", StringComparison.Ordinal)
        || flag.StartsWith("sve", StringComparison.Ordinal)
        || flag is "fma" or "fma4" or "f16c" or "asimd" or "asimdhp" or "asimddp";

    /// <summary>What an unset thread count comes to.</summary>
    private static string? Cores(HostFacts host) =>
        host.Limits.AffinityCount is { } allowed ? $"{allowed} of {host.Cpu.LogicalCount}"
        : host.Cpu.LogicalCount > 0 ? $"{host.Cpu.LogicalCount}"
        : null;

    private static void Add(SortedList<string, string> facts, string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            facts[name] = value;
        }
    }
}
