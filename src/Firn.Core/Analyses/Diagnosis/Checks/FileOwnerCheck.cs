namespace Firn.Analyses.Diagnosis.Checks;

/// <summary>Files that two packages list with other contents: the one that was installed last has overwritten the other.</summary>
internal sealed class FileOwnerCheck : IDiagnosisCheck
{
    public void Run(DiagnosedEnvironment environment, List<DiagnosisFinding> findings, CancellationToken cancellation)
    {
        var pairs = environment.Files.Shared
            .Where(static pair => pair.First.Hash != pair.Second.Hash || pair.First.Hash.Length == 0)
            .Where(static pair => !ModuleTwiceCheck.AreOne(pair.First.Owner, pair.Second.Owner))
            .GroupBy(static pair => (First: pair.First.Owner, Second: pair.Second.Owner));
        foreach (var pair in pairs)
        {
            var paths = pair.Select(static both => both.First.Path).Order(StringComparer.Ordinal).ToList();
            var isHarmless = paths.TrueForAll(IsHarmless);
            findings.Add(new DiagnosisFinding
            {
                Code = DiagnosisCodes.FileOwnedTwice,
                Level = isHarmless ? DiagnosisLevel.Info : DiagnosisLevel.Warning,
                Message = $"{pair.Key.First} and {pair.Key.Second} both own {(paths.Count == 1 ? "a file" : $"{paths.Count} files")}"
                    + " with other contents; the one installed last has overwritten the other's",
                Advice = isHarmless
                    ? "nothing: packages should not install these, and nobody imports them"
                    : $"keep one of them: pip uninstall both, then install {pair.Key.First} or {pair.Key.Second}",
                Packages = [.. new[] { pair.Key.First, pair.Key.Second }.Order(StringComparer.Ordinal)],
                Places = [.. paths.Select(path => new FindingPlace(path, null))],
            });
        }
    }

    /// <summary>What badly packed projects leave at the top of site-packages: their tests, documents and licences.</summary>
    private static bool IsHarmless(string path)
    {
        foreach (var folder in (ReadOnlySpan<string>)["tests", "test", "docs", "doc", "examples", "benchmarks"])
        {
            if (path.Contains($"/site-packages/{folder}/", StringComparison.Ordinal)
                || path.Contains($"/dist-packages/{folder}/", StringComparison.Ordinal))
            {
                return true;
            }
        }

        var name = Path.GetFileName(path.AsSpan());
        return name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("README", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("CHANGELOG", StringComparison.OrdinalIgnoreCase)
            || path.Contains("/share/", StringComparison.Ordinal);
    }
}
