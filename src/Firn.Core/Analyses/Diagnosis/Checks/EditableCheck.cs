using Firn.Python.Distributions;

namespace Firn.Analyses.Diagnosis.Checks;

/// <summary>Editable installs whose code no commit holds.</summary>
internal sealed class EditableCheck : IDiagnosisCheck
{
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        foreach (var distribution in environment.Capture.Distributions)
        {
            if (distribution.Editable is not { } project || !Directory.Exists(project.Path))
            {
                continue;
            }

            if (project.Repository is not { } repository)
            {
                findings.Add(Finding(
                    distribution,
                    DiagnosisCodes.EditableUnversioned,
                    DiagnosisLevel.Info,
                    $"{distribution.Name} is editable, and its project is in no git repository",
                    "git init it and commit, or keep its files with `firn capture --archive`"));
            }
            else if (repository.IsDirty == true)
            {
                var changed = repository.ModifiedCount > 1
                    ? $"{repository.ModifiedCount} tracked files of its project have changes"
                    : "a tracked file of its project has a change";
                findings.Add(Finding(
                    distribution,
                    DiagnosisCodes.EditableChanged,
                    DiagnosisLevel.Warning,
                    $"{distribution.Name} is editable, and {changed} that no commit holds",
                    "commit before the run that counts; `firn run` and `firn capture --archive` keep the changes"));
            }
        }
    }

    private static DiagnosisFinding Finding(
        Distribution distribution, string code, DiagnosisLevel level, string message, string advice) => new()
        {
            Code = code,
            Level = level,
            Message = message,
            Advice = advice,
            Packages = [distribution.CanonicalName],
            Places = [new FindingPlace(distribution.Editable!.Path, distribution.CanonicalName)],
        };
}
