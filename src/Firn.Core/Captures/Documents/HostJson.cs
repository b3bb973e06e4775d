using Firn.Common.Json;
using Firn.Host.Machine;

namespace Firn.Captures.Documents;

/// <summary>The machine in a document.</summary>
internal static class HostJson
{
    public static HostFacts Table(JsonMembers json, HostFacts? host) => new()
    {
        BatchJob = json.Object("batch_job", host?.BatchJob, Job, mustHave: "system"),
        Container = json.Text("container", host?.Container),
        Cpu = json.Part("cpu", host?.Cpu, Cpu),
        Gpu = json.Part("gpu", host?.Gpu, Gpu),
        Kernel = json.Part("kernel", host?.Kernel, Kernel),
        Libc = json.Object("libc", host?.Libc, Libc, mustHave: "name"),
        Limits = json.Part("limits", host?.Limits, Limits),
        MemoryBytes = json.Number("memory_bytes", host?.MemoryBytes),
        OperatingSystem = json.Part("operating_system", host?.OperatingSystem, OperatingSystem),
    };

    private static BatchJob Job(JsonMembers json, BatchJob? job) => new(
        Id: json.Text("id", job?.Id),
        System: json.RequiredText("system", job?.System));

    private static CpuFacts Cpu(JsonMembers json, CpuFacts? cpu) => new()
    {
        Cores = (int?)json.Number("cores", cpu?.Cores),
        Flags = json.Texts("flags", cpu?.Flags),
        LogicalCount = json.Count("logical_count", cpu?.LogicalCount),
        Model = json.Text("model", cpu?.Model),
        Signature = json.Text("signature", cpu?.Signature),
        Sockets = (int?)json.Number("sockets", cpu?.Sockets),
        Vendor = json.Text("vendor", cpu?.Vendor),
    };

    private static GpuFacts Gpu(JsonMembers json, GpuFacts? gpu) => new()
    {
        CudaToolkit = json.Text("cuda_toolkit", gpu?.CudaToolkit),
        Devices = json.Objects("devices", gpu?.Devices, Device),
        NvidiaDriver = json.Text("nvidia_driver", gpu?.NvidiaDriver),
    };

    private static GpuDevice Device(JsonMembers json, GpuDevice? device) => new(
        Bus: json.Text("bus", device?.Bus) ?? string.Empty,
        Model: json.Text("model", device?.Model) ?? string.Empty,
        Vendor: json.Text("vendor", device?.Vendor) ?? string.Empty);

    private static KernelFacts Kernel(JsonMembers json, KernelFacts? kernel) => new(
        Machine: json.Text("machine", kernel?.Machine) ?? string.Empty,
        Name: json.Text("name", kernel?.Name) ?? string.Empty,
        Release: json.Text("release", kernel?.Release) ?? string.Empty);

    private static LibcFacts Libc(JsonMembers json, LibcFacts? libc) => new(
        Name: json.RequiredText("name", libc?.Name),
        Version: json.Text("version", libc?.Version));

    private static ResourceLimits Limits(JsonMembers json, ResourceLimits? limits) => new()
    {
        Affinity = json.Text("affinity", limits?.Affinity),
        AffinityCount = (int?)json.Number("affinity_count", limits?.AffinityCount),
        CpuQuotaMillis = json.Number("cpu_quota_millis", limits?.CpuQuotaMillis),
        MemoryBytes = json.Number("memory_bytes", limits?.MemoryBytes),
    };

    private static OperatingSystemFacts OperatingSystem(JsonMembers json, OperatingSystemFacts? system) => new(
        Id: json.Text("id", system?.Id) ?? string.Empty,
        Name: json.Text("name", system?.Name) ?? string.Empty,
        VersionId: json.Text("version_id", system?.VersionId));
}
