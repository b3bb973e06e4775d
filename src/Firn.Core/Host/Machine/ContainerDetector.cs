using Firn.Common;

namespace Firn.Host.Machine;

/// <summary>Tells which container a process runs in, by the traces that each leaves.</summary>
internal static class ContainerDetector
{
    public static string? Detect(SystemContext systemContext, string kernelRelease)
    {
        if (systemContext.Variable("APPTAINER_CONTAINER") is not null || Exists(systemContext, "/.singularity.d"))
        {
            return "apptainer";
        }

        if (systemContext.Variable("SINGULARITY_CONTAINER") is not null)
        {
            return "singularity";
        }

        if (systemContext.Variable("KUBERNETES_SERVICE_HOST") is not null)
        {
            return "kubernetes";
        }

        if (Exists(systemContext, "/run/.containerenv"))
        {
            return "podman";
        }

        if (Exists(systemContext, "/.dockerenv"))
        {
            return "docker";
        }

        // systemd.io/CONTAINER_INTERFACE: nspawn, LXC and others tell the first process, and systemd writes it down.
        return SystemFile.Line(systemContext, "/run/systemd/container")
            ?? OfControlGroup(SystemFile.All(systemContext, "/proc/self/cgroup"))
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

    private static bool Exists(SystemContext systemContext, string path) => Path.Exists(systemContext.SystemPath(path));
}

/// <summary>A job of a batch system.</summary>
/// <param name="System"><c>slurm</c>, <c>pbs</c>, <c>lsf</c>, <c>htcondor</c>, <c>sge</c>, <c>flux</c>, <c>oar</c> or <c>runai</c>.</param>
/// <param name="Id">The job's id there.</param>
public sealed record BatchJob(string System, string? Id)
{
    /// <summary>The job that the variables tell of, or <see langword="null"/>.</summary>
    public static BatchJob? Of(Firn.Common.SystemContext systemContext)
    {
        var names = new[]
        {
            "slurm", "SLURM_JOB_ID", "pbs", "PBS_JOBID", "lsf", "LSB_JOBID", "flux", "FLUX_JOB_ID", "oar", "OAR_JOB_ID",
            "runai", "RUNAI_JOB_NAME",
        };
        for (var i = 0; i < names.Length; i += 2)
        {
            if (systemContext.Variable(names[i + 1]) is { } id)
            {
                return new BatchJob(names[i], id);
            }
        }

        // JOB_ID alone is too common a name to mean Grid Engine.
        if (systemContext.Variable("JOB_ID") is { } job
            && (systemContext.Variable("SGE_ROOT") ?? systemContext.Variable("SGE_TASK_ID")) is not null)
        {
            return new BatchJob("sge", job);
        }

        return systemContext.Variable("_CONDOR_JOB_AD") is null ? null : new BatchJob("htcondor", null);
    }
}
