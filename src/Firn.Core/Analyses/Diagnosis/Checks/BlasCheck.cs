namespace Firn.Analyses.Diagnosis.Checks;

/// <summary>MKL and OpenBLAS in one environment: two pools of threads, and sums in two orders.</summary>
internal sealed class BlasCheck : IDiagnosisCheck
{
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        var runtimes = environment.Runtimes.Where(static runtime => !runtime.IsOpenMp).ToList();
        if (runtimes.Select(static runtime => runtime.Kind).Distinct().Count() < 2)
        {
            return;
        }

        findings.Add(new DiagnosisFinding
        {
            Code = DiagnosisCodes.BlasMixed,
            Level = DiagnosisLevel.Warning,
            Message = $"two BLAS libraries: {RuntimeText.Of(runtimes)}{RuntimeText.Certainty(runtimes)}",
            Advice = "take the packages from one source; with conda `libblas=*=*openblas` or `libblas=*=*mkl` decides for all; "
                + "else set MKL_NUM_THREADS and OPENBLAS_NUM_THREADS both",
            Packages = RuntimeText.Packages(runtimes),
            Places = RuntimeText.Places(runtimes),
        });
    }
}
