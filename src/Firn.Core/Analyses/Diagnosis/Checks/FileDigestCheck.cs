using Firn.Captures.Verification;
using Firn.Common;

namespace Firn.Analyses.Diagnosis.Checks;

/// <summary>Files whose bytes are not the recorded ones: every file is read, as <c>firn verify --read-data</c> does.</summary>
internal sealed class FileDigestCheck : IDiagnosisCheck
{
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        var kinds = FileFindings.Kinds(readsData: true);
        var shared = environment.Files.Shared.Select(static pair => pair.First.Path).ToHashSet(StringComparer.Ordinal);
        var problems = new List<Problem>();
        var files = new ExpectedFileReader(environment.Capture, problems).Read();
        foreach (var difference in new FileVerifier(files).Run(cancellation))
        {
            var kind = difference.State switch
            {
                FileState.Missing => kinds[1],
                FileState.Unreadable => kinds[2],
                _ => kinds[0],
            };
            if (!shared.Contains(difference.Path) && environment.Files.IsTrusted(difference.Owner))
            {
                kind.Add(difference.Owner, difference.Path);
            }
        }

        foreach (var kind in kinds)
        {
            kind.AddTo(findings);
        }
    }
}
