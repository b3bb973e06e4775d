using Firn.Captures.Verification;
using Firn.Common.Files;

namespace Firn.Analyses.Diagnosis.Checks;

/// <summary>Files that are gone or have another size than is recorded: what a look at each file's size can tell.</summary>
internal sealed class FileSizeCheck : IDiagnosisCheck
{
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        var kinds = FileFindings.Kinds(readsData: false);
        var relocated = RelocatedFiles.Of(environment.Capture.Environment.Prefix);
        var shared = environment.Files.Shared.Select(static pair => pair.First.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var file in environment.Files.All)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!environment.Files.IsTrusted(file.Owner))
            {
                continue;
            }

            if (!FileStatReader.TryRead(file.Path, out var stat))
            {
                kinds[1].Add(file.Owner, file.Path);
            }
            // Of a file that two packages list, one record must be wrong: another check says so.
            else if (file.Size >= 0 && stat.IsRegularFile && stat.Size != file.Size
                && relocated.DigestOf(file.Path) is null && !shared.Contains(file.Path))
            {
                kinds[0].Add(file.Owner, file.Path);
            }
        }

        foreach (var kind in kinds)
        {
            kind.AddTo(findings);
        }
    }
}
