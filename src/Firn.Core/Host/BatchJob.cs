namespace Firn.Host;

/// <summary>A job of a batch system.</summary>
/// <param name="System"><c>slurm</c>, <c>pbs</c>, <c>lsf</c>, <c>htcondor</c>, <c>sge</c>, <c>flux</c>, <c>oar</c> or <c>runai</c>.</param>
/// <param name="Id">The job's id there.</param>
public sealed record BatchJob(string System, string? Id)
{
    /// <summary>The job that the variables tell of, or <see langword="null"/>.</summary>
    public static BatchJob? Of(Common.Surroundings surroundings)
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
