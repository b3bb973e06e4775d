using Firn.Captures;
using Firn.Common;
using Firn.Creation.Planning;

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

        if (wrong.Count == 0 && !mayHaveMore && plan.ExpectedId is { } expected && expected != capture.EnvironmentId)
        {
            wrong.Add($"its id is {capture.EnvironmentId}, and {expected} was asked for: `firn diff` with the capture says what differs");
        }

        if (wrong.Count > 0)
        {
            throw new FirnException(
                $"the environment is not what was asked for: {string.Join("; ", wrong)}",
                "the index or channel has other files than those of the lock; take the lock's own source",
                ExitCodes.Different);
        }
    }
}
