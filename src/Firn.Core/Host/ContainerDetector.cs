using Firn.Common;

namespace Firn.Host;

/// <summary>Tells which container a process runs in, by the traces that each leaves.</summary>
internal static class ContainerDetector
{
    public static string? Detect(Surroundings surroundings, string kernelRelease)
    {
        if (surroundings.Variable("APPTAINER_CONTAINER") is not null || Exists(surroundings, "/.singularity.d"))
        {
            return "apptainer";
        }

        if (surroundings.Variable("SINGULARITY_CONTAINER") is not null)
        {
            return "singularity";
        }

        if (surroundings.Variable("KUBERNETES_SERVICE_HOST") is not null)
        {
            return "kubernetes";
        }

        if (Exists(surroundings, "/run/.containerenv"))
        {
            return "podman";
        }

        if (Exists(surroundings, "/.dockerenv"))
        {
            return "docker";
        }

        // systemd.io/CONTAINER_INTERFACE: nspawn, LXC and others tell the first process, and systemd writes it down.
        return SystemText.Line(surroundings, "/run/systemd/container")
            ?? OfControlGroup(SystemText.All(surroundings, "/proc/self/cgroup"))
            ?? (kernelRelease.Contains("microsoft", StringComparison.OrdinalIgnoreCase) ? "wsl" : null);
    }

    private static string? OfControlGroup(string? groups)
    {
        if (groups is null)
        {
            return null;
        }

        var traces = new[]
        {
            "/kubepods", "kubernetes", "/docker/", "docker", "/docker-", "docker", "/libpod-", "podman", "/lxc/", "lxc",
        };
        for (var i = 0; i < traces.Length; i += 2)
        {
            if (groups.Contains(traces[i], StringComparison.Ordinal))
            {
                return traces[i + 1];
            }
        }

        return null;
    }

    private static bool Exists(Surroundings surroundings, string path) => Path.Exists(surroundings.SystemPath(path));
}
