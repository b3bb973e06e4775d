namespace Firn.Host;

/// <summary>An accelerator.</summary>
/// <param name="Vendor"><c>NVIDIA</c> or <c>AMD</c>.</param>
/// <param name="Model">For example <c>NVIDIA A100-SXM4-80GB</c> or <c>gfx90a</c>.</param>
/// <param name="Bus">Its place, for example <c>0000:07:00.0</c>.</param>
public sealed record GpuDevice(string Vendor, string Model, string Bus);
