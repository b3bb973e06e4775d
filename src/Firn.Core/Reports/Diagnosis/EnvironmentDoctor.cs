using Firn.Captures;
using Firn.Common;

namespace Firn.Reports.Diagnosis;

/// <summary>Captures an environment and says what in it will hurt. It starts no process and changes nothing.</summary>
/// <param name="systemContext">Variables, home and the system's files.</param>
internal sealed class EnvironmentDoctor(SystemContext systemContext)
{
    /// <summary>Examines an environment.</summary>
    /// <param name="request">Which.</param>
    /// <param name="readsData">Whether to read every file and compare its digest, or only its size.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="FirnException">There is no such environment.</exception>
    public DiagnosisReport Examine(InspectionRequest request, bool readsData, CancellationToken cancellation)
    {
        var inspection = new EnvironmentInspector(systemContext).Inspect(request);
        var environment = DiagnosedEnvironment.Of(inspection.Capture, systemContext, cancellation);
        var digests = new FileDigestCheck();
        IDiagnosisCheck[] checks =
        [
            new OpenMpCheck(),
            new BlasCheck(),
            new FragilePackageCheck(),
            new ModuleTwiceCheck(),
            new ProblemCheck(),
            readsData ? digests : new FileSizeCheck(),
            new FileOwnerCheck(),
            new EditableCheck(),
            new OriginCheck(),
            new SearchPathCheck(),
        ];
        var findings = new List<DiagnosisFinding>();
        foreach (var check in checks)
        {
            check.Run(environment, findings, cancellation);
        }

        findings.Sort(static (left, right) => Compare(left, right));
        return new DiagnosisReport
        {
            Capture = inspection.Capture,
            Reason = inspection.Reason,
            Findings = [.. findings],
            ReadsData = readsData,
            NotCompared = digests.NotCompared,
        };
    }

    private static int Compare(DiagnosisFinding left, DiagnosisFinding right)
    {
        var order = left.Level.CompareTo(right.Level);
        order = order != 0 ? order : string.CompareOrdinal(left.Code, right.Code);
        return order != 0 ? order : string.CompareOrdinal(left.Message, right.Message);
    }
}

/// <summary>Looks for one kind of trouble.</summary>
internal interface IDiagnosisCheck
{
    /// <summary>Adds what it finds; reads files only, and changes nothing.</summary>
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation);
}
