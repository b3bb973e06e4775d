using System.Globalization;
using System.Runtime.InteropServices;
using Firn.Common;

namespace Firn.Host.Machine;

/// <summary>The machine under an environment, as far as its files tell. Names and serial numbers are not among it.</summary>
public sealed record HostFacts
{
    /// <summary>The operating system.</summary>
    public required OperatingSystemFacts OperatingSystem { get; init; }

    /// <summary>The kernel.</summary>
    public required KernelFacts Kernel { get; init; }

    /// <summary>The C library, where it is glibc or musl.</summary>
    public LibcFacts? Libc { get; init; }

    /// <summary>The processors.</summary>
    public required CpuFacts Cpu { get; init; }

    /// <summary>The limits in force for this process.</summary>
    public required ResourceLimits Limits { get; init; }

    /// <summary>The machine's memory in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The accelerators.</summary>
    public required GpuFacts Gpu { get; init; }

    /// <summary>The container it runs in: <c>apptainer</c>, <c>kubernetes</c>, <c>podman</c>, <c>docker</c>, <c>wsl</c> or another's name.</summary>
    public string? Container { get; init; }

    /// <summary>The batch job it runs in.</summary>
    public BatchJob? BatchJob { get; init; }
}

/// <summary>The operating system, in the words of <c>os-release(5)</c>.</summary>
/// <param name="Id"><c>ID</c>, for example <c>debian</c>; <c>macos</c> or <c>windows</c>.</param>
/// <param name="VersionId"><c>VERSION_ID</c>; rolling distributions have none.</param>
/// <param name="Name"><c>PRETTY_NAME</c>.</param>
public sealed record OperatingSystemFacts(string Id, string? VersionId, string Name);

/// <summary>The kernel, in the words of <c>uname</c>.</summary>
/// <param name="Name">For example <c>Linux</c>.</param>
/// <param name="Release">For example <c>6.1.0-18-amd64</c>.</param>
/// <param name="Machine">For example <c>x86_64</c>.</param>
public sealed record KernelFacts(string Name, string Release, string Machine);

/// <summary>Reads the machine from <c>/proc</c>, <c>/sys</c>, <c>/etc</c> and the variables; starts nothing.</summary>
internal static class HostReader
{
    /// <summary>Reads; what a machine does not tell stays empty.</summary>
    public static HostFacts Read(SystemContext systemContext, List<Problem> problems)
    {
        var kernel = Kernel(systemContext);
        var system = OperatingSystemOf(systemContext, kernel);
        if (system is null)
        {
            problems.Add(new Problem("os-release-missing", "/etc/os-release", "cannot tell the operating system"));
        }

        return new HostFacts
        {
            OperatingSystem = system ?? new OperatingSystemFacts("unknown", null, kernel.Name),
            Kernel = kernel,
            Libc = LibcReader.Read(systemContext, kernel.Machine),
            Cpu = CpuReader.Read(systemContext),
            Limits = Limits(systemContext),
            MemoryBytes = Memory(systemContext),
            Gpu = GpuReader.Read(systemContext),
            Container = ContainerDetector.Detect(systemContext, kernel.Release),
            BatchJob = BatchJob.Of(systemContext),
        };
    }

    private static KernelFacts Kernel(SystemContext systemContext)
    {
        var name = SystemFile.Line(systemContext, "/proc/sys/kernel/ostype")
            ?? (OperatingSystem.IsMacOS() ? "Darwin" : OperatingSystem.IsWindows() ? "Windows" : "Linux");
        var release = SystemFile.Line(systemContext, "/proc/sys/kernel/osrelease")
            ?? Environment.OSVersion.Version.ToString();
        // The kernel tells its machine in a file since 6.1; before, it is that of this process's system.
        return new KernelFacts(name, release, SystemFile.Line(systemContext, "/proc/sys/kernel/arch") ?? Machine());
    }

    private static string Machine() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.X86 => "i686",
        Architecture.Arm64 => OperatingSystem.IsMacOS() ? "arm64" : "aarch64",
        Architecture.Arm => "armv7l",
        Architecture.Ppc64le => "ppc64le",
        Architecture.S390x => "s390x",
        Architecture.RiscV64 => "riscv64",
        Architecture.LoongArch64 => "loongarch64",
        var other => other.ToString().ToLowerInvariant(),
    };

    private static OperatingSystemFacts? OperatingSystemOf(SystemContext systemContext, KernelFacts kernel)
    {
        // os-release(5): /etc first, then /usr/lib.
        var text = SystemFile.All(systemContext, "/etc/os-release") ?? SystemFile.All(systemContext, "/usr/lib/os-release");
        if (text is not null)
        {
            return new OperatingSystemFacts(
                Unquoted(text, "ID") ?? "linux",
                Unquoted(text, "VERSION_ID"),
                Unquoted(text, "PRETTY_NAME") ?? Unquoted(text, "NAME") ?? "Linux");
        }

        return kernel.Name switch
        {
            "Darwin" => new OperatingSystemFacts("macos", Environment.OSVersion.Version.ToString(), RuntimeInformation.OSDescription),
            "Windows" => new OperatingSystemFacts("windows", kernel.Release, RuntimeInformation.OSDescription),
            _ => null,
        };
    }

    /// <summary>The value without its quotes; inside double quotes a backslash guards the next character.</summary>
    private static string? Unquoted(string text, string name)
    {
        var value = KeyValueText.Value(text, name, '=');
        if (value is null || value.Length < 2 || value[0] is not ('"' or '\'') || value[^1] != value[0])
        {
            return value;
        }

        var inner = value[1..^1];
        if (value[0] == '"' && inner.Contains('\\', StringComparison.Ordinal))
        {
            inner = inner.Replace("\\\"", "\"", StringComparison.Ordinal)
                .Replace("\\$", "$", StringComparison.Ordinal)
                .Replace("\\`", "`", StringComparison.Ordinal)
                .Replace("\\\\", "\\", StringComparison.Ordinal);
        }

        return inner.Length == 0 ? null : inner;
    }

    private static ResourceLimits Limits(SystemContext systemContext)
    {
        var status = SystemFile.All(systemContext, "/proc/self/status") ?? string.Empty;
        var affinity = KeyValueText.Value(status, "Cpus_allowed_list", ':');
        var groups = new ControlGroups(systemContext);
        return new ResourceLimits
        {
            Affinity = affinity,
            AffinityCount = affinity is null ? null : CpuList.Count(affinity),
            CpuQuotaMillis = groups.CpuQuotaMillis,
            MemoryBytes = groups.MemoryBytes,
        };
    }

    private static long? Memory(SystemContext systemContext)
    {
        var text = SystemFile.All(systemContext, "/proc/meminfo");
        if (text is null)
        {
            return OperatingSystem.IsLinux() ? null : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        }

        var total = KeyValueText.Value(text, "MemTotal", ':').AsSpan();
        return total.EndsWith(" kB", StringComparison.Ordinal)
            && long.TryParse(total[..^3], NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes)
            && kibibytes < long.MaxValue / 1024
                ? kibibytes * 1024
                : null;
    }
}
