using System.Collections.Immutable;
using Firn.Common.Files;
using Firn.Python;

namespace Firn.Reports.Diagnosis;

/// <summary>What gets into the environment from outside: PYTHONPATH, and the user's own site-packages.</summary>
internal sealed class SearchPathCheck : IDiagnosisCheck
{
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        AddPythonPath(environment, findings);
        AddUserSite(environment, findings);
    }

    private static void AddPythonPath(DiagnosedEnvironment environment, List<DiagnosisFinding> findings)
    {
        var entries = Entries(environment, SearchPathKind.PythonPath);
        if (entries.IsEmpty)
        {
            return;
        }

        // A folder of the environment itself brings nothing new, in another order at most.
        var packages = PackagesIn(
            environment, entries.RemoveAll(entry => RealPath.IsWithin(entry, environment.Capture.Environment.Prefix)));
        findings.Add(new DiagnosisFinding
        {
            Code = DiagnosisCodes.PythonPathSet,
            Level = packages.IsEmpty ? DiagnosisLevel.Info : DiagnosisLevel.Warning,
            Message = packages.IsEmpty
                ? "PYTHONPATH is set: modules there hide the environment's"
                : $"PYTHONPATH brings packages from outside the environment: {string.Join(", ", packages)}",
            Advice = "unset it; a project that needs it says so in firn.yaml (`pythonpath:`), where it is recorded",
            Packages = packages,
            Places = [.. entries.Select(static entry => new FindingPlace(entry, null))],
        });
    }

    private static void AddUserSite(DiagnosedEnvironment environment, List<DiagnosisFinding> findings)
    {
        var entries = Entries(environment, SearchPathKind.UserSite);
        var packages = PackagesIn(environment, entries);
        if (packages.IsEmpty)
        {
            return;
        }

        var isOwnEnvironment = environment.Capture.Conda is not null;
        findings.Add(new DiagnosisFinding
        {
            Code = DiagnosisCodes.UserSite,
            Level = isOwnEnvironment ? DiagnosisLevel.Warning : DiagnosisLevel.Info,
            Message = $"packages of your own site-packages are imported here: {string.Join(", ", packages)}",
            Advice = "set PYTHONNOUSERSITE=1, and install what is missing into the environment",
            Packages = packages,
            Places = [.. entries.Select(static entry => new FindingPlace(entry, null))],
        });
    }

    private static ImmutableArray<string> Entries(DiagnosedEnvironment environment, SearchPathKind kind) =>
        [.. environment.Capture.Environment.SearchPath.Where(entry => entry.Kind == kind).Select(static entry => entry.Path)];

    private static ImmutableArray<string> PackagesIn(DiagnosedEnvironment environment, ImmutableArray<string> entries) =>
        [.. environment.Capture.Distributions.Where(distribution => entries.Contains(distribution.Location))
            .Select(static distribution => distribution.CanonicalName)];
}
