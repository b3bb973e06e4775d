using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Host.Machine;

/// <summary>The processors. Libraries choose their kernels by model and flags, so results can depend on both.</summary>
public sealed record CpuFacts
{
    /// <summary>For example <c>Intel(R) Xeon(R) Gold 6248</c>, or <c>Neoverse-N1</c>.</summary>
    public string? Model { get; init; }

    /// <summary>For example <c>GenuineIntel</c>.</summary>
    public string? Vendor { get; init; }

    /// <summary>Family, model and stepping as the kernel counts them, for example <c>6-143-8</c>; BLAS libraries decide by these.</summary>
    public string? Signature { get; init; }

    /// <summary>What the processors can do, in the kernel's words, sorted.</summary>
    public ImmutableArray<string> Flags { get; init; } = [];

    /// <summary>Logical processors that are online.</summary>
    public int LogicalCount { get; init; }

    /// <summary>Sockets, where the kernel tells.</summary>
    public int? Sockets { get; init; }

    /// <summary>Physical cores in all sockets, where the kernel tells.</summary>
    public int? Cores { get; init; }
}

/// <summary>
/// Reads the first processor of <c>/proc/cpuinfo</c> and counts the rest from <c>/sys</c>: the kernel takes a
/// microsecond and more for each processor that is read, and asks some for their clock.
/// </summary>
internal static class CpuReader
{
    private const int FirstProcessorLimit = 8 * 1024;

    public static CpuFacts Read(SystemContext systemContext)
    {
        var text = FirstProcessor(systemContext);
        var online = SystemFile.Line(systemContext, "/sys/devices/system/cpu/online");
        var logical = (online is null ? null : CpuList.Count(online))
            ?? (systemContext.RootDirectory == "/" ? Environment.ProcessorCount : 0);
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
    public static string[] Flags(SystemContext systemContext) => Flags(FirstProcessor(systemContext));

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

    private static string FirstProcessor(SystemContext systemContext)
    {
        var content = BoundedFile.Read(systemContext.SystemPath("/proc/cpuinfo"), FirstProcessorLimit);
        var bytes = content.Bytes;
        var end = bytes.IndexOf("\n\n"u8);
        // Some kernels write what all processors share at the end: without a second processor everything counts.
        var next = end < 0 ? -1 : bytes[end..].IndexOf("\nprocessor"u8);
        return Encoding.UTF8.GetString(next < 0 ? bytes : bytes[..end]);
    }
}

/// <summary>The kernel's lists of processors: <c>0-3,8</c> (cpuset(7), "List format").</summary>
internal static class CpuList
{
    private const int MaxProcessors = 1_000_000;

    /// <summary>How many processors the list names, or <see langword="null"/> where it is not a list.</summary>
    public static int? Count(ReadOnlySpan<char> list)
    {
        var count = 0;
        while (true)
        {
            var comma = list.IndexOf(',');
            var part = (comma < 0 ? list : list[..comma]).Trim();
            var dash = part.IndexOf('-');
            var first = Number(dash < 0 ? part : part[..dash]);
            var last = dash < 0 ? first : Number(part[(dash + 1)..]);
            if (first is not { } from || last is not { } to || to < from)
            {
                return null;
            }

            count = Math.Min(MaxProcessors, count + to - from + 1);
            if (comma < 0)
            {
                return count;
            }

            list = list[(comma + 1)..];
        }
    }

    private static int? Number(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < MaxProcessors
            ? number
            : null;
}

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
