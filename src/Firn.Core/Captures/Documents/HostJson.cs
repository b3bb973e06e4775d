using System.Text.Json;
using Firn.Common.Json;
using Firn.Host.Machine;

namespace Firn.Captures.Documents;

/// <summary>The machine in a document.</summary>
internal static class HostJson
{
    public static void Write(CanonicalJsonWriter json, HostFacts host)
    {
        json.StartObject("host");
        if (host.BatchJob is { } job)
        {
            json.StartObject("batch_job");
            json.String("id", job.Id);
            json.String("system", job.System);
            json.EndObject();
        }

        json.String("container", host.Container);
        WriteCpu(json, host.Cpu);
        WriteGpu(json, host.Gpu);
        json.StartObject("kernel");
        json.String("machine", host.Kernel.Machine);
        json.String("name", host.Kernel.Name);
        json.String("release", host.Kernel.Release);
        json.EndObject();
        if (host.Libc is { } libc)
        {
            json.StartObject("libc");
            json.String("name", libc.Name);
            json.String("version", libc.Version);
            json.EndObject();
        }

        json.StartObject("limits");
        json.String("affinity", host.Limits.Affinity);
        json.Number("affinity_count", host.Limits.AffinityCount);
        json.Number("cpu_quota_millis", host.Limits.CpuQuotaMillis);
        json.Number("memory_bytes", host.Limits.MemoryBytes);
        json.EndObject();
        json.Number("memory_bytes", host.MemoryBytes);
        json.StartObject("operating_system");
        json.String("id", host.OperatingSystem.Id);
        json.String("name", host.OperatingSystem.Name);
        json.String("version_id", host.OperatingSystem.VersionId);
        json.EndObject();
        json.EndObject();
    }

    public static HostFacts Read(JsonElement document)
    {
        var host = document.Object("host") ?? default;
        var system = host.Object("operating_system") ?? default;
        var kernel = host.Object("kernel") ?? default;
        var limits = host.Object("limits") ?? default;
        return new HostFacts
        {
            OperatingSystem = new OperatingSystemFacts(
                system.Text("id") ?? string.Empty, system.Text("version_id"), system.Text("name") ?? string.Empty),
            Kernel = new KernelFacts(
                kernel.Text("name") ?? string.Empty,
                kernel.Text("release") ?? string.Empty,
                kernel.Text("machine") ?? string.Empty),
            Libc = host.Object("libc") is { } libc && libc.Text("name") is { } name
                ? new LibcFacts(name, libc.Text("version"))
                : null,
            Cpu = ReadCpu(host.Object("cpu") ?? default),
            Limits = new ResourceLimits
            {
                Affinity = limits.Text("affinity"),
                AffinityCount = (int?)limits.Number("affinity_count"),
                CpuQuotaMillis = limits.Number("cpu_quota_millis"),
                MemoryBytes = limits.Number("memory_bytes"),
            },
            MemoryBytes = host.Number("memory_bytes"),
            Gpu = ReadGpu(host.Object("gpu") ?? default),
            Container = host.Text("container"),
            BatchJob = host.Object("batch_job") is { } job && job.Text("system") is { } batch
                ? new BatchJob(batch, job.Text("id"))
                : null,
        };
    }

    private static void WriteCpu(CanonicalJsonWriter json, CpuFacts cpu)
    {
        json.StartObject("cpu");
        json.Number("cores", cpu.Cores);
        json.Strings("flags", cpu.Flags);
        json.Number("logical_count", cpu.LogicalCount);
        json.String("model", cpu.Model);
        json.String("signature", cpu.Signature);
        json.Number("sockets", cpu.Sockets);
        json.String("vendor", cpu.Vendor);
        json.EndObject();
    }

    private static CpuFacts ReadCpu(JsonElement cpu) => new()
    {
        Model = cpu.Text("model"),
        Vendor = cpu.Text("vendor"),
        Signature = cpu.Text("signature"),
        Flags = cpu.Texts("flags"),
        LogicalCount = cpu.Count("logical_count"),
        Sockets = (int?)cpu.Number("sockets"),
        Cores = (int?)cpu.Number("cores"),
    };

    private static void WriteGpu(CanonicalJsonWriter json, GpuFacts gpu)
    {
        json.StartObject("gpu");
        json.String("cuda_toolkit", gpu.CudaToolkit);
        json.StartArray("devices");
        foreach (var device in gpu.Devices)
        {
            json.StartObject();
            json.String("bus", device.Bus);
            json.String("model", device.Model);
            json.String("vendor", device.Vendor);
            json.EndObject();
        }

        json.EndArray();
        json.String("nvidia_driver", gpu.NvidiaDriver);
        json.EndObject();
    }

    private static GpuFacts ReadGpu(JsonElement gpu) => new()
    {
        NvidiaDriver = gpu.Text("nvidia_driver"),
        CudaToolkit = gpu.Text("cuda_toolkit"),
        Devices = gpu.Objects("devices", device => new GpuDevice(
            device.Text("vendor") ?? string.Empty,
            device.Text("model") ?? string.Empty,
            device.Text("bus") ?? string.Empty)),
    };
}
