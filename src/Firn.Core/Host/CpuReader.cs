using System.Collections.Immutable;
using System.Text;
using Firn.Common;

namespace Firn.Host;

/// <summary>
/// Reads the first processor of <c>/proc/cpuinfo</c> and counts the rest from <c>/sys</c>: the kernel takes a
/// microsecond and more for each processor that is read, and asks some for their clock.
/// </summary>
internal static class CpuReader
{
    private const int FirstProcessorLimit = 8 * 1024;

    public static CpuFacts Read(Surroundings surroundings)
    {
        var text = FirstProcessor(surroundings);
        var online = SystemText.Line(surroundings, "/sys/devices/system/cpu/online");
        var logical = (online is null ? null : CpuList.Count(online))
            ?? (surroundings.RootDirectory == "/" ? Environment.ProcessorCount : 0);
        // "siblings" and "cpu cores" are those of one socket (Linux: arch/x86/kernel/cpu/proc.c).
        var siblings = KeyValueText.Number(text, "siblings", ':') is int count and > 0 ? count : (int?)null;
        var sockets = siblings is { } perSocket ? Math.Max(1, logical / perSocket) : (int?)null;
        return new CpuFacts
        {
            Model = KeyValueText.Value(text, "model name", ':')
                ?? ArmProcessors.Name(
                    KeyValueText.Value(text, "CPU implementer", ':'), KeyValueText.Value(text, "CPU part", ':'))
                ?? KeyValueText.Value(text, "cpu", ':')
                ?? KeyValueText.Value(text, "uarch", ':'),
            Vendor = KeyValueText.Value(text, "vendor_id", ':'),
            Signature = Signature(text),
            Flags = Sorted(Flags(text)),
            LogicalCount = logical,
            Sockets = sockets,
            Cores = sockets * KeyValueText.Number(text, "cpu cores", ':'),
        };
    }

    /// <summary>What the first processor can do, in the kernel's order.</summary>
    public static string[] Flags(Surroundings surroundings) => Flags(FirstProcessor(surroundings));

    private static string[] Flags(string text)
    {
        // x86, Arm and s390, RISC-V.
        var flags = KeyValueText.Value(text, "flags", ':')
            ?? KeyValueText.Value(text, "Features", ':')
            ?? KeyValueText.Value(text, "features", ':')
            ?? KeyValueText.Value(text, "isa", ':');
        return flags?.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    private static ImmutableArray<string> Sorted(string[] flags)
    {
        var sorted = new List<string>(new HashSet<string>(flags, StringComparer.Ordinal));
        sorted.Sort(StringComparer.Ordinal);
        return [.. sorted];
    }

    private static string? Signature(string text)
    {
        var family = KeyValueText.Value(text, "cpu family", ':');
        return family is null
            ? null
            : $"{family}-{KeyValueText.Value(text, "model", ':')}-{KeyValueText.Value(text, "stepping", ':')}";
    }

    private static string FirstProcessor(Surroundings surroundings)
    {
        var content = BoundedFile.Read(surroundings.SystemPath("/proc/cpuinfo"), FirstProcessorLimit);
        var bytes = content.Bytes;
        var end = bytes.IndexOf("\n\n"u8);
        // Some kernels write what all processors share at the end: without a second processor everything counts.
        var next = end < 0 ? -1 : bytes[end..].IndexOf("\nprocessor"u8);
        return Encoding.UTF8.GetString(next < 0 ? bytes : bytes[..end]);
    }
}
