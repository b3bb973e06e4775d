using Firn.Python.Distributions;

namespace Firn.Reports.Diagnosis;

/// <summary>Packages that nobody else can install, since no index has them.</summary>
internal sealed class OriginCheck : IDiagnosisCheck
{
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        var local = new List<FindingPlace>();
        var versions = new List<(Distribution Distribution, string Version)>();
        foreach (var distribution in environment.Capture.Distributions)
        {
            if (distribution.Owner is DistributionOwner.Conda or DistributionOwner.System)
            {
                continue;
            }

            if (LocalOrigin(distribution) is { } origin)
            {
                local.Add(new FindingPlace(origin, distribution.CanonicalName));
            }
            else if (distribution.DirectReference is null && distribution.Version.Contains('+', StringComparison.Ordinal))
            {
                versions.Add((distribution, $"{distribution.Name} {distribution.Version}"));
            }
        }

        foreach (var package in environment.Capture.Conda?.Packages ?? [])
        {
            if ((package.Url ?? package.Channel) is { } url && url.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
            {
                local.Add(new FindingPlace(url, package.Name));
            }
        }

        AddLocal(local, findings);
        AddVersions(versions, findings);
    }

    /// <summary>Where on this machine it came from; <see langword="null"/> where an index or a public URL has it.</summary>
    private static string? LocalOrigin(Distribution distribution) =>
        distribution.Editable?.Path
        ?? (distribution.DirectReference is { } reference && reference.Url.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            ? reference.Url
            : null);

    private static void AddLocal(List<FindingPlace> local, List<DiagnosisFinding> findings)
    {
        if (local.Count == 0)
        {
            return;
        }

        List<string> names = [.. local.Select(static place => place.Package!).Order(StringComparer.Ordinal)];
        findings.Add(new DiagnosisFinding
        {
            Code = DiagnosisCodes.NotFromIndex,
            Level = DiagnosisLevel.Info,
            Message = $"no index has {string.Join(", ", names)}: installed from this machine",
            Advice = "keep the bytes with `firn capture --archive`: no requirements file brings them back elsewhere",
            Packages = [.. names],
            Places = [.. local.OrderBy(static place => place.Path, StringComparer.Ordinal)],
        });
    }

    private static void AddVersions(List<(Distribution Distribution, string Version)> versions, List<DiagnosisFinding> findings)
    {
        if (versions.Count == 0)
        {
            return;
        }

        findings.Add(new DiagnosisFinding
        {
            Code = DiagnosisCodes.LocalVersion,
            Level = DiagnosisLevel.Info,
            Message = $"PyPI has no such version: {string.Join(", ", versions.Select(static version => version.Version))}",
            Advice = "name the index it came from (for +cpu, +cu124 of torch: --extra-index-url https://download.pytorch.org/whl/cu124), "
                + "or keep the bytes with `firn capture --archive`",
            Packages = [.. versions.Select(static version => version.Distribution.CanonicalName)],
            Places = [.. versions.Select(static version =>
                new FindingPlace(version.Distribution.MetadataPath, version.Distribution.CanonicalName))],
        });
    }
}

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
