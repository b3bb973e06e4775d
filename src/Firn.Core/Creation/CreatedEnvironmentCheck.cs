using Firn.Captures.Documents;
using Firn.Common;
using Firn.Creation.Packages;
using Firn.Python.Distributions;

namespace Firn.Creation;

/// <summary>Compares what a prefix really holds with what it was to hold.</summary>
internal static class CreatedEnvironmentCheck
{
    /// <exception cref="FirnException">They differ.</exception>
    public static void Check(CreationPlan plan, Capture capture, bool mayHaveMore)
    {
        var wrong = new List<string>();
        var found = capture.Distributions.ToLookup(distribution => distribution.CanonicalName, StringComparer.Ordinal);
        foreach (var wheel in plan.Wheels)
        {
            if (!found[wheel.Name].Any())
            {
                wrong.Add($"{wheel.Name} {wheel.Version} is missing");
            }
        }

        var packages = (capture.Conda?.Packages ?? [])
            .Select(package => $"{package.Name} {package.Version} {package.Build}").ToHashSet(StringComparer.Ordinal);
        foreach (var (package, _) in plan.Conda)
        {
            var text = $"{package.Name} {package.Version} {package.Build}";
            if (!packages.Remove(text))
            {
                wrong.Add($"the conda package {text} is missing");
            }
        }

        if (wrong.Count == 0 && !mayHaveMore && plan.Expected is { } expected && expected.EnvironmentId != capture.EnvironmentId)
        {
            AddDifferences(expected, capture, found, wrong);
        }

        if (wrong.Count > 0)
        {
            throw new FirnException(
                $"the environment is not what was asked for: {string.Join("; ", wrong)}",
                "the index or channel has other files than those of the lock; take the lock's own source",
                FailureKind.Different);
        }
    }

    /// <summary>What is at the prefix is removed again, so this is the last moment to say how it differs.</summary>
    private static void AddDifferences(Capture expected, Capture made, ILookup<string, Distribution> found, List<string> wrong)
    {
        if (made.Environment.PythonVersion != expected.Environment.PythonVersion)
        {
            wrong.Add($"its Python is {made.Environment.PythonVersion}, the capture's {expected.Environment.PythonVersion}");
        }

        foreach (var distribution in expected.Distributions)
        {
            if (found[distribution.CanonicalName].FirstOrDefault() is { } other && other.RecordedDigest != distribution.RecordedDigest)
            {
                wrong.Add($"{other.Name} {other.Version} has other files than in the capture");
            }
        }

        if (wrong.Count == 0)
        {
            wrong.Add($"it came to have another id than the capture's {expected.EnvironmentId}");
        }
    }
}
