using Firn.Common;

namespace Firn.Host.Machine;

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

/// <summary>A job of a batch system.</summary>
/// <param name="System"><c>slurm</c>, <c>pbs</c>, <c>lsf</c>, <c>htcondor</c>, <c>sge</c>, <c>flux</c>, <c>oar</c> or <c>runai</c>.</param>
/// <param name="Id">The job's id there.</param>
public sealed record BatchJob(string System, string? Id)
{
    /// <summary>The job that the variables tell of, or <see langword="null"/>.</summary>
    public static BatchJob? Of(Firn.Common.Surroundings surroundings)
    {
        var names = new[]
        {
            "slurm", "SLURM_JOB_ID", "pbs", "PBS_JOBID", "lsf", "LSB_JOBID", "flux", "FLUX_JOB_ID", "oar", "OAR_JOB_ID",
            "runai", "RUNAI_JOB_NAME",
        };
        for (var i = 0; i < names.Length; i += 2)
        {
            if (surroundings.Variable(names[i + 1]) is { } id)
            {
                return new BatchJob(names[i], id);
            }
        }

        // JOB_ID alone is too common a name to mean Grid Engine.
        if (surroundings.Variable("JOB_ID") is { } job
            && (surroundings.Variable("SGE_ROOT") ?? surroundings.Variable("SGE_TASK_ID")) is not null)
        {
            return new BatchJob("sge", job);
        }

        return surroundings.Variable("_CONDOR_JOB_AD") is null ? null : new BatchJob("htcondor", null);
    }
}
