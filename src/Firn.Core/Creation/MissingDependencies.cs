using Firn.Captures.Documents;
using Firn.Common;
using Firn.Python.Metadata;
using Firn.Python.Requirements;
using Firn.Python.Versions;

namespace Firn.Creation;

/// <summary>What installed distributions need and the environment lacks: what <c>pip check</c> finds, read from METADATA.</summary>
internal static class MissingDependencies
{
    public const string Code = "dependency-missing";

    public static IReadOnlyList<Problem> Find(Capture capture, SystemContext systemContext)
    {
        var environment = capture.Environment;
        var platform = MarkerPlatform.Read(systemContext);
        var markers = environment.Implementation == "cpython"
            ? MarkerEnvironment.OfCPython(environment.PythonVersion, platform)
            : MarkerEnvironment.Of(environment.Implementation, environment.PythonVersion, environment.PythonVersion, platform);
        var versions = capture.Distributions.ToDictionary(item => item.CanonicalName, item => item.Version, StringComparer.Ordinal);
        var problems = new List<Problem>();
        foreach (var distribution in capture.Distributions)
        {
            var headers = MetadataHeaders.Read(Path.Join(distribution.MetadataPath, "METADATA"), out _);
            foreach (var text in headers?.All("Requires-Dist") ?? [])
            {
                if (Requirement.Parse(text.Trim(), out _) is { } requirement
                    && (requirement.Marker?.TryEvaluate(markers) ?? true)
                    && Lack(requirement, versions) is { } lack)
                {
                    problems.Add(new Problem(
                        Code, null, $"{distribution.Name} {distribution.Version} needs {requirement.Name}{requirement.Specifiers}, and {lack}"));
                }
            }
        }

        return problems;
    }

    private static string? Lack(Requirement requirement, Dictionary<string, string> versions)
    {
        if (!versions.TryGetValue(requirement.CanonicalName, out var version))
        {
            return "no file names it";
        }

        return Pep440Version.Parse(version) is { } parsed && !requirement.Specifiers.Contains(parsed, allowPrereleases: true)
            ? $"{version} is there"
            : null;
    }
}
