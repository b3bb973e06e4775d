using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;

namespace Firn.Host.Machine;

/// <summary>The accelerators and their software.</summary>
public sealed record GpuFacts
{
    /// <summary>The version of NVIDIA's kernel driver.</summary>
    public string? NvidiaDriver { get; init; }

    /// <summary>The CUDA toolkit in <c>/usr/local/cuda</c>; environments often bring their own, which is among the libraries.</summary>
    public string? CudaToolkit { get; init; }

    /// <summary>The devices, sorted by bus.</summary>
    public ImmutableArray<GpuDevice> Devices { get; init; } = [];
}

/// <summary>An accelerator.</summary>
/// <param name="Vendor"><c>NVIDIA</c> or <c>AMD</c>.</param>
/// <param name="Model">For example <c>NVIDIA A100-SXM4-80GB</c> or <c>gfx90a</c>.</param>
/// <param name="Bus">Its place, for example <c>0000:07:00.0</c>.</param>
public sealed record GpuDevice(string Vendor, string Model, string Bus);

/// <summary>Reads what the drivers of NVIDIA and AMD tell in <c>/proc</c> and <c>/sys</c>; their tools are not started.</summary>
internal static class GpuReader
{
    private const int MaxDevices = 1024;
    private const int VersionFileLimit = 64 * 1024;
    private const string NvidiaDevices = "/proc/driver/nvidia/gpus";
    private const string AmdNodes = "/sys/class/kfd/kfd/topology/nodes";

    public static GpuFacts Read(SystemContext systemContext)
    {
        var devices = new List<GpuDevice>();
        AddNvidia(systemContext, devices);
        AddAmd(systemContext, devices);
        devices.Sort(static (left, right) => string.CompareOrdinal(left.Bus, right.Bus));
        return new GpuFacts
        {
            NvidiaDriver = NvidiaDriver(SystemFile.All(systemContext, "/proc/driver/nvidia/version")),
            CudaToolkit = CudaToolkit(systemContext),
            Devices = [.. devices],
        };
    }

    /// <summary>The first word after "Kernel Module" that is a version: <c>NVRM version: NVIDIA UNIX ... 535.129.03  Thu ...</c>.</summary>
    public static string? NvidiaDriver(string? text)
    {
        const string Before = "Kernel Module";
        var at = text?.IndexOf(Before, StringComparison.Ordinal) ?? -1;
        if (at < 0)
        {
            return null;
        }

        foreach (var word in text![(at + Before.Length)..].Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (char.IsAsciiDigit(word[0]) && word.Contains('.', StringComparison.Ordinal))
            {
                return word;
            }
        }

        return null;
    }

    private static void AddNvidia(SystemContext systemContext, List<GpuDevice> devices)
    {
        foreach (var entry in DirectoryReader.List(systemContext.SystemPath(NvidiaDevices), out _))
        {
            if (devices.Count < MaxDevices
                && SystemFile.All(systemContext, $"{NvidiaDevices}/{entry.Name}/information") is { } text)
            {
                var model = KeyValueText.Value(text, "Model", ':') ?? "unknown";
                devices.Add(new GpuDevice("NVIDIA", model, KeyValueText.Value(text, "Bus Location", ':') ?? entry.Name));
            }
        }
    }

    /// <summary>Linux: drivers/gpu/drm/amd/amdkfd/kfd_topology.c; nodes without a target are processors.</summary>
    private static void AddAmd(SystemContext systemContext, List<GpuDevice> devices)
    {
        foreach (var entry in DirectoryReader.List(systemContext.SystemPath(AmdNodes), out _))
        {
            if (devices.Count < MaxDevices
                && SystemFile.All(systemContext, $"{AmdNodes}/{entry.Name}/properties") is { } text
                && Property(text, "gfx_target_version ") is { } version and > 0)
            {
                var model = $"gfx{version / 10000}{version / 100 % 100:x}{version % 100:x}";
                devices.Add(new GpuDevice("AMD", model, "kfd:" + entry.Name));
            }
        }
    }

    private static int? Property(string text, string name)
    {
        foreach (var line in new TextLines(text))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                return int.TryParse(line[name.Length..], out var value) ? value : null;
            }
        }

        return null;
    }

    private static string? CudaToolkit(SystemContext systemContext)
    {
        var content = BoundedFile.Read(systemContext.SystemPath("/usr/local/cuda/version.json"), VersionFileLimit);
        return content.IsComplete ? JsonFields.TryRead(content.Memory, static root => root.Object("cuda")?.Text("version")) : null;
    }
}
