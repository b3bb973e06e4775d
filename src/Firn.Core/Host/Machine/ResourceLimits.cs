using System.Globalization;
using Firn.Common;

namespace Firn.Host.Machine;

/// <summary>How much of the machine this process may use: an unset thread count means "all of it".</summary>
public sealed record ResourceLimits
{
    /// <summary>The processors it may run on, as the kernel lists them, for example <c>0-3,8</c>.</summary>
    public string? Affinity { get; init; }

    /// <summary>How many those are.</summary>
    public int? AffinityCount { get; init; }

    /// <summary>The tightest CPU quota of its control groups, in thousandths of a processor.</summary>
    public long? CpuQuotaMillis { get; init; }

    /// <summary>The tightest memory limit of its control groups.</summary>
    public long? MemoryBytes { get; init; }
}

/// <summary>
/// Reads the limits of this process's control groups, versions 1 and 2. A limit of any group above counts: the
/// tightest is in force (cgroups(7); Linux: Documentation/admin-guide/cgroup-v2.rst).
/// </summary>
internal sealed class ControlGroups
{
    private const int MaxLevels = 64;
    // Version 1 says "no limit" with the largest number of whole pages.
    private const long NoLimit = 1L << 60;

    private readonly SystemContext _systemContext;
    private readonly IReadOnlyList<ControlGroupMount> _mounts;

    public ControlGroups(SystemContext systemContext)
    {
        _systemContext = systemContext;
        _mounts = ControlGroupMount.Read(SystemFile.All(systemContext, "/proc/self/mountinfo") ?? string.Empty);
        ReadGroups(SystemFile.All(systemContext, "/proc/self/cgroup") ?? string.Empty);
    }

    /// <summary>In thousandths of a processor.</summary>
    public long? CpuQuotaMillis { get; private set; }

    public long? MemoryBytes { get; private set; }

    private void ReadGroups(string groups)
    {
        foreach (var line in new TextLines(groups))
        {
            // hierarchy-id:controllers:path
            var first = line.IndexOf(':');
            var second = first < 0 ? -1 : line[(first + 1)..].IndexOf(':');
            if (second < 0)
            {
                continue;
            }

            var controllers = line.Slice(first + 1, second).ToString();
            var path = line[(first + second + 2)..].ToString();
            if (controllers.Length == 0)
            {
                Walk(string.Empty, path, ReadVersion2);
                continue;
            }

            foreach (var controller in controllers.Split(','))
            {
                if (controller == "cpu")
                {
                    Walk(controller, path, ReadVersion1Cpu);
                }
                else if (controller == "memory")
                {
                    Walk(controller, path, ReadVersion1Memory);
                }
            }
        }
    }

    private void Walk(string controller, string path, Action<string> read)
    {
        foreach (var mount in _mounts)
        {
            if (!mount.Has(controller))
            {
                continue;
            }

            var below = mount.Below(path);
            for (var level = 0; level < MaxLevels; level++)
            {
                read(mount.Point + below);
                if (below.Length == 0)
                {
                    break;
                }

                below = below[..below.LastIndexOf('/')];
            }

            return;
        }
    }

    private void ReadVersion2(string folder)
    {
        if (SystemFile.Line(_systemContext, folder + "/cpu.max") is { } cpu)
        {
            var space = cpu.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0)
            {
                LimitCpu(cpu[..space], cpu[(space + 1)..]);
            }
        }

        LimitMemory(SystemFile.Line(_systemContext, folder + "/memory.max"));
    }

    private void ReadVersion1Cpu(string folder)
    {
        var quota = SystemFile.Line(_systemContext, folder + "/cpu.cfs_quota_us");
        LimitCpu(quota, quota is null ? null : SystemFile.Line(_systemContext, folder + "/cpu.cfs_period_us"));
    }

    private void ReadVersion1Memory(string folder) =>
        LimitMemory(SystemFile.Line(_systemContext, folder + "/memory.limit_in_bytes"));

    private void LimitCpu(string? quota, string? period)
    {
        // "max" and -1 mean no limit, and are no such numbers.
        if (Number(quota) is { } microseconds and < NoLimit / 1000 && Number(period) is { } of and > 0)
        {
            CpuQuotaMillis = Math.Min(CpuQuotaMillis ?? long.MaxValue, microseconds * 1000 / of);
        }
    }

    private void LimitMemory(string? limit)
    {
        if (Number(limit) is { } bytes and < NoLimit)
        {
            MemoryBytes = Math.Min(MemoryBytes ?? long.MaxValue, bytes);
        }
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Where a hierarchy of control groups is mounted.</summary>
/// <param name="Point">The folder.</param>
/// <param name="Root">The group that the folder shows.</param>
/// <param name="Controllers">The controllers of version 1; <see langword="null"/> for version 2.</param>
internal sealed record ControlGroupMount(string Point, string Root, string[]? Controllers)
{
    /// <summary>Reads <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
    public static List<ControlGroupMount> Read(string mountInfo)
    {
        var mounts = new List<ControlGroupMount>();
        foreach (var line in new TextLines(mountInfo))
        {
            var middle = line.IndexOf(" - cgroup", StringComparison.Ordinal);
            if (middle < 0)
            {
                continue;
            }

            // id parent device root point options... - type source super-options
            var left = line[..middle].ToString().Split(' ');
            var right = line[(middle + 3)..].ToString().Split(' ');
            if (left.Length >= 5 && right.Length >= 3 && right[0] is "cgroup" or "cgroup2")
            {
                var controllers = right[0] == "cgroup2" ? null : right[2].Split(',');
                mounts.Add(new ControlGroupMount(left[4].TrimEnd('/'), left[3], controllers));
            }
        }

        return mounts;
    }

    /// <summary>Whether it is the hierarchy of the controller; version 2's has the empty name.</summary>
    public bool Has(string controller) => Controllers is null
        ? controller.Length == 0
        : Array.IndexOf(Controllers, controller) >= 0;

    /// <summary>
    /// The group's folder below <see cref="Point"/>: empty, or with a leading slash. A group above the visible root
    /// (<c>/../x</c>) has no folder here; the root then stands for it.
    /// </summary>
    public string Below(string group)
    {
        if (group.Contains("/..", StringComparison.Ordinal) || !group.StartsWith('/'))
        {
            return string.Empty;
        }

        if (Root == "/")
        {
            return group.TrimEnd('/');
        }

        return group.StartsWith(Root + "/", StringComparison.Ordinal) ? group[Root.Length..].TrimEnd('/') : string.Empty;
    }
}
