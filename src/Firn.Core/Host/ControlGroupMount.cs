using Firn.Common;

namespace Firn.Host;

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
