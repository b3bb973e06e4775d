using System.Text.Json;
using Firn.Common;
using Firn.Python.Versions;
using Firn.Tests.Python.Candidates;

namespace Firn.Tests.Python.Versions;

/// <summary>The packaging inside the pips of this machine, and what their Pythons say of it.</summary>
public sealed class PackagingTruthTests
{
    private const string EnvironmentScript =
        "import json\nfrom pip._vendor.packaging.markers import default_environment\nprint(json.dumps(default_environment()))";

    private const string SpecifierScript = """
        import json, sys
        from pip._vendor.packaging.specifiers import SpecifierSet
        out = []
        for line in open(sys.argv[1]):
            text, version = line.rstrip("\n").split("\t")
            s = SpecifierSet(text)
            out.append([s.contains(version, prereleases=True), s.contains(version)])
        print(json.dumps(out))
        """;

    [SkippableFact]
    public void MarkerEnvironment_is_that_of_every_python_here()
    {
        foreach (var python in Pythons.WithPackaging())
        {
            var truth = JsonDocument.Parse(Part.Run(python, "-c", EnvironmentScript)).RootElement;
            var version = truth.GetProperty("python_full_version").GetString()!;
            var environment = MarkerEnvironment.OfCPython(version, MarkerPlatform.Read(SystemContext.OfThisProcess()));

            foreach (var variable in truth.EnumerateObject())
            {
                Assert.Equal(variable.Value.GetString(), environment.Value(MarkerOperand.Named(variable.Name)));
            }
        }
    }

    [SkippableFact]
    public void Contains_equals_packaging_for_random_sets_of_specifiers()
    {
        var random = new Random(508);
        string[] operators = ["==", "!=", "~=", "<", "<=", ">", ">="];
        string[] versions = ["1.0", "1.0a1", "1.0.dev1", "1.0.post1", "1.1", "2.0rc1", "1!0.5", "1.0.0", "1.10", "0.9.9"];
        var cases = Enumerable.Range(0, 1500).Select(_ => (
            Set: string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => operators[random.Next(7)] + versions[random.Next(10)])),
            Version: versions[random.Next(10)] + (random.Next(6) == 0 ? "+local" : string.Empty))).ToList();
        using var folder = new TemporaryFolder();
        var file = folder.Write("cases", string.Concat(cases.Select(item => $"{item.Set}\t{item.Version}\n")));

        var truth = JsonDocument.Parse(Part.Run(Pythons.WithPackaging()[^1], "-c", SpecifierScript, file)).RootElement;

        for (var i = 0; i < cases.Count; i++)
        {
            var set = VersionSpecifiers.Parse(cases[i].Set)!;
            var version = Pep440Version.Parse(cases[i].Version)!;
            Assert.True(truth[i][0].GetBoolean() == set.Contains(version, true), $"{cases[i]} with pre-releases");
            Assert.True(truth[i][1].GetBoolean() == set.Contains(version, false), $"{cases[i]}");
        }
    }
}
