using System.Collections.Immutable;
using Firn.Host.Binaries;

namespace Firn.Reports.Diagnosis;

/// <summary>
/// Several OpenMP runtimes in one environment. LLVM's and Intel's register with each other, and abort, crash or deadlock
/// together; GCC's beside one of them is seen to work on Linux, with a second pool of threads.
/// </summary>
/// <remarks>threadpoolctl's multiple_openmp.md; LLVM's "OMP: Error #15" (openmp/runtime/src/i18n/en_US.txt).</remarks>
internal sealed class OpenMpCheck : IDiagnosisCheck
{
    private const string Duplicates = "KMP_DUPLICATE_LIB_OK";

    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        var runtimes = environment.Runtimes.Where(static runtime => runtime.IsOpenMp).ToList();
        AddMixed(runtimes, findings);
        foreach (var copies in runtimes.GroupBy(static runtime => runtime.Kind).Where(static group => group.Count() > 1))
        {
            AddCopies([.. copies], findings);
        }

        AddVariable(environment, runtimes.Count, findings);
    }

    private static void AddMixed(List<NumericRuntime> runtimes, List<DiagnosisFinding> findings)
    {
        var related = Of(runtimes, NumericRuntimeKind.LlvmOpenMp, NumericRuntimeKind.IntelOpenMp);
        var others = Of(runtimes, NumericRuntimeKind.GnuOpenMp, NumericRuntimeKind.MicrosoftOpenMp);
        if (related.Select(static runtime => runtime.Kind).Distinct().Count() == 2)
        {
            findings.Add(Finding(
                DiagnosisCodes.OpenMpConflict,
                DiagnosisLevel.Error,
                $"two OpenMP runtimes that abort, crash or deadlock in one process: {RuntimeText.Of(related)}",
                "take these packages from one source (conda-forge shares one runtime), or replace MKL by OpenBLAS; "
                + "until then never import both in one process",
                related));
        }

        if (related.Count > 0 && others.Count > 0)
        {
            var isGnu = others.Exists(static runtime => runtime.Kind == NumericRuntimeKind.GnuOpenMp);
            List<NumericRuntime> all = [.. related, .. others];
            findings.Add(Finding(
                DiagnosisCodes.OpenMpMixed,
                isGnu ? DiagnosisLevel.Warning : DiagnosisLevel.Info,
                $"several OpenMP runtimes, each with threads of its own: {RuntimeText.Of(all)}",
                "set OMP_NUM_THREADS so that both pools fit the cores; with MKL set MKL_THREADING_LAYER=GNU; or take the "
                + "packages from one source",
                all));
        }
    }

    private static void AddCopies(List<NumericRuntime> copies, List<DiagnosisFinding> findings)
    {
        var kind = copies[0].Kind;
        // LLVM's and Intel's runtimes look for a second copy of themselves, and abort where they find one.
        var isChecked = kind is NumericRuntimeKind.LlvmOpenMp or NumericRuntimeKind.IntelOpenMp;
        findings.Add(Finding(
            DiagnosisCodes.OpenMpCopies,
            isChecked ? DiagnosisLevel.Warning : DiagnosisLevel.Info,
            $"{copies.Count} copies of {RuntimeText.Of(copies)}",
            isChecked
                ? "take these packages from one source (conda-forge shares one copy); a process that loads two copies "
                    + "may stop with `OMP: Error #15` or crash"
                : "nothing where it works; each copy has threads of its own, so set OMP_NUM_THREADS",
            copies));
    }

    private static void AddVariable(DiagnosedEnvironment environment, int count, List<DiagnosisFinding> findings)
    {
        foreach (var variable in environment.Capture.Variables)
        {
            if (variable.Name == Duplicates && variable.Value.ToLowerInvariant() is not ("" or "0" or "false" or "off" or "no"))
            {
                findings.Add(new DiagnosisFinding
                {
                    Code = DiagnosisCodes.OpenMpDuplicatesAllowed,
                    Level = DiagnosisLevel.Warning,
                    Message = $"{Duplicates}={variable.Value}: OpenMP goes on with two copies of its runtime, and may crash "
                        + "or give wrong numbers without a word",
                    Advice = count > 1
                        ? "unset it, and mend the runtimes that this page names"
                        : "unset it: this environment has no second runtime",
                });
            }
        }
    }

    private static List<NumericRuntime> Of(List<NumericRuntime> runtimes, NumericRuntimeKind first, NumericRuntimeKind second) =>
        runtimes.FindAll(runtime => runtime.Kind == first || runtime.Kind == second);

    private static DiagnosisFinding Finding(
        string code, DiagnosisLevel level, string message, string advice, List<NumericRuntime> runtimes) => new()
        {
            Code = code,
            Level = level,
            Message = message + RuntimeText.Certainty(runtimes),
            Advice = advice,
            Packages = RuntimeText.Packages(runtimes),
            Places = RuntimeText.Places(runtimes),
        };
}

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

/// <summary>Numeric runtimes in the words of findings.</summary>
internal static class RuntimeText
{
    /// <summary>The kinds in a row, each with who brings it: <c>libomp (LLVM) of torch and libiomp5 (Intel) of mkl</c>.</summary>
    public static string Of(IReadOnlyList<NumericRuntime> runtimes)
    {
        var kinds = new List<string>();
        foreach (var kind in Enum.GetValues<NumericRuntimeKind>())
        {
            List<NumericRuntime> same = [.. runtimes.Where(runtime => runtime.Kind == kind)];
            if (same.Count > 0)
            {
                var packages = Packages(same);
                var who = packages.IsEmpty ? string.Empty : $" {(same.Exists(static one => one.IsShipped) ? "of" : "used by")} ";
                kinds.Add($"{NumericRuntimeNames.NameOf(kind)}{who}{string.Join(", ", packages)}");
            }
        }

        return string.Join(" and ", kinds);
    }

    /// <summary>The runtimes as places, each with who brings it or who is linked with it.</summary>
    public static ImmutableArray<FindingPlace> Places(IEnumerable<NumericRuntime> runtimes) =>
        [.. runtimes.Select(static runtime => runtime.IsShipped
            ? new FindingPlace(runtime.Path, runtime.Packages[0])
            : new FindingPlace(runtime.Path, null) { UsedBy = runtime.Packages })];

    /// <summary>The packages that bring or use the runtimes.</summary>
    public static ImmutableArray<string> Packages(IEnumerable<NumericRuntime> runtimes) =>
        [.. runtimes.SelectMany(static runtime => runtime.Packages).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>What has to be said where symbols could not be read.</summary>
    public static string Certainty(IEnumerable<NumericRuntime> runtimes)
    {
        var unsure = runtimes.Where(static runtime => runtime.ByName).Select(static runtime => Path.GetFileName(runtime.Path)).ToList();
        return unsure.Count == 0 ? string.Empty : $" (told by name alone, no symbols to read: {string.Join(", ", unsure)})";
    }
}
