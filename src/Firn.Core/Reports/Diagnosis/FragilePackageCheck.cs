using System.Collections.Immutable;
using Firn.Python.Distributions;
using Firn.Python.Versions;

namespace Firn.Reports.Diagnosis;

/// <summary>Binary packages that are known to crash, alone or beside another.</summary>
internal sealed class FragilePackageCheck : IDiagnosisCheck
{
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        foreach (var rule in FragileRules.All)
        {
            if ((rule.Systems & environment.System) == 0 || (rule.InConda && environment.Capture.Conda is null)
                || environment.Find(rule.Package) is not { } package
                || package.Owner is DistributionOwner.Conda or DistributionOwner.System
                || !HasVersion(package.Version, rule))
            {
                continue;
            }

            List<Distribution> others = [.. rule.With.Select(environment.Find).OfType<Distribution>()];
            if (rule.With.IsEmpty || others.Count > 0)
            {
                findings.Add(Finding(rule, [package, .. others]));
            }
        }
    }

    private static bool HasVersion(string version, FragileRule rule)
    {
        if ((rule.Below ?? rule.Version) is not { } bound)
        {
            return true;
        }

        return Pep440Version.Parse(version) is { } installed && Pep440Version.Parse(bound) is { } other
            && (rule.Below is null ? installed.Equals(other) : installed.CompareTo(other) < 0);
    }

    private static DiagnosisFinding Finding(FragileRule rule, List<Distribution> packages) => new()
    {
        Code = DiagnosisCodes.FragilePackage,
        Level = rule.Level,
        Message = $"{string.Join(" and ", packages.Select(static package => $"{package.Name} {package.Version}"))} {rule.What}",
        Advice = rule.Advice,
        Packages = [.. packages.Select(static package => package.CanonicalName).Order(StringComparer.Ordinal)],
    };
}

/// <summary>A binary package of which trouble is known; docs/doctor.md lists the rules with their sources.</summary>
internal sealed record FragileRule
{
    /// <summary>The distribution, by canonical name, where conda and the system did not install it.</summary>
    public required string Package { get; init; }

    /// <summary>Of these at least one must be installed too, by anybody; empty where the package alone will do.</summary>
    public ImmutableArray<string> With { get; init; } = [];

    public DiagnosedSystem Systems { get; init; } = DiagnosedSystem.All;

    /// <summary>Only in conda environments.</summary>
    public bool InConda { get; init; }

    /// <summary>Only below this version.</summary>
    public string? Below { get; init; }

    /// <summary>Only this version.</summary>
    public string? Version { get; init; }

    public required DiagnosisLevel Level { get; init; }

    /// <summary>What happens; follows the packages' names.</summary>
    public required string What { get; init; }

    public required string Advice { get; init; }
}

/// <summary>What is known, each from the threads that docs/doctor.md names.</summary>
internal static class FragileRules
{
    private const string TakeConda = "take both from conda-forge, where they share one OpenMP runtime; else run with OMP_NUM_THREADS=1";

    public static ImmutableArray<FragileRule> All { get; } =
    [
        // tensorflow/tensorflow#98563 and #99464, apache/arrow#40088
        new()
        {
            Package = "pyarrow",
            With = ["tensorflow", "tensorflow-macos"],
            Systems = DiagnosedSystem.MacOS,
            Level = DiagnosisLevel.Warning,
            What = "abort or hang when both are imported on macOS (`mutex lock failed`, `RAW: Lock blocking`)",
            Advice = "take both from conda-forge, or pin tensorflow below 2.20",
        },
        // apache/arrow#2637 and #4472, pytorch/pytorch#13039: wheels of manylinux1 with another compiler's C++ library.
        new()
        {
            Package = "pyarrow",
            With = ["torch", "tensorflow", "tensorflow-gpu", "tf-nightly"],
            Systems = DiagnosedSystem.Linux,
            Below = "0.15",
            Level = DiagnosisLevel.Warning,
            What = "crash with a segmentation fault, depending on which is imported first",
            Advice = "update pyarrow to 0.15 or newer",
        },
        // ray-project/ray#60478
        new()
        {
            Package = "pyarrow",
            With = ["tensorflow"],
            Systems = DiagnosedSystem.Linux,
            Level = DiagnosisLevel.Info,
            What = "are known to crash where pyarrow is imported last",
            Advice = "nothing where it works; else import pyarrow (or pandas) first",
        },
        // NVIDIA/cudf#17018
        new()
        {
            Package = "pyarrow",
            Systems = DiagnosedSystem.Linux,
            Version = "17.0.0",
            Level = DiagnosisLevel.Info,
            What = "crashes at import on some ARM machines",
            Advice = "take another release than 17.0.0",
        },
        // lightgbm-org/LightGBM#4897 and #6595, pytorch/pytorch#191933
        new()
        {
            Package = "lightgbm",
            With = ["torch", "scikit-learn"],
            Systems = DiagnosedSystem.MacOS,
            Level = DiagnosisLevel.Warning,
            What = "load an OpenMP runtime each, and crash when training starts",
            Advice = TakeConda,
        },
        // dmlc/xgboost#7518 and #11500, pytorch/pytorch#155201
        new()
        {
            Package = "xgboost",
            With = ["torch"],
            Systems = DiagnosedSystem.MacOS,
            Level = DiagnosisLevel.Warning,
            What = "load an OpenMP runtime each, and crash, depending on which is imported first",
            Advice = TakeConda,
        },
        // dmlc/xgboost#7618, lightgbm-org/LightGBM#4666
        new()
        {
            Package = "xgboost",
            Systems = DiagnosedSystem.MacOS,
            InConda = true,
            Level = DiagnosisLevel.Warning,
            What = "from pip in a conda environment crashes at random on macOS",
            Advice = "pip uninstall xgboost, then conda install -c conda-forge xgboost",
        },
        new()
        {
            Package = "lightgbm",
            Systems = DiagnosedSystem.MacOS,
            InConda = true,
            Level = DiagnosisLevel.Warning,
            What = "from pip in a conda environment crashes on macOS",
            Advice = "pip uninstall lightgbm, then conda install -c conda-forge lightgbm",
        },
        // faiss-wheels/faiss-wheels#73 and #40, pytorch/pytorch#149201
        new()
        {
            Package = "faiss-cpu",
            With = ["torch", "scikit-learn"],
            Systems = DiagnosedSystem.MacOS,
            Level = DiagnosisLevel.Warning,
            What = "load an OpenMP runtime each, and stop with `OMP: Error #15` or crash",
            Advice = TakeConda,
        },
        // https://www.psycopg.org/docs/install.html#psycopg-vs-psycopg-binary
        new()
        {
            Package = "psycopg2-binary",
            Level = DiagnosisLevel.Info,
            What = "brings its own libpq and libssl; its authors advise against it in production",
            Advice = "install psycopg2, which is built against the system's libraries",
        },
    ];
}
