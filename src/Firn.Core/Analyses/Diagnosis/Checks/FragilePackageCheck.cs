using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Analyses.Diagnosis.Checks;

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
