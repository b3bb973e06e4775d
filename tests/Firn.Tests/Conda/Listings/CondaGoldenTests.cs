using Firn.Common;
using Firn.Conda.Listings;
using Firn.Conda.Prefixes;
using Firn.Tests.Conda.Prefixes;

namespace Firn.Tests.Conda.Listings;

/// <summary>Every output against what real conda of that release printed; see fixtures/conda/README.md.</summary>
public sealed class CondaGoldenTests(CondaPrefixFixture fixture) : IClassFixture<CondaPrefixFixture>
{
    public static TheoryData<string, string> Goldens()
    {
        var data = new TheoryData<string, string>();
        foreach (var folder in Directory.EnumerateDirectories(Path.Join(CondaPrefixFixture.Fixtures, "goldens")).Order())
        {
            foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                data.Add(Path.GetFileName(folder), Path.GetFileName(file));
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Write_prints_what_conda_printed(string prefixName, string golden)
    {
        var expected = File.ReadAllText(Path.Join(CondaPrefixFixture.Fixtures, "goldens", prefixName, golden));
        var format = golden[..golden.IndexOf('.', StringComparison.Ordinal)];
        var release = CondaRelease.Parse(Path.GetFileNameWithoutExtension(golden)[(format.Length + 1)..]);
        var path = fixture.Prefix(prefixName);

        var written = Write(path, format, release);

        Assert.Equal(WithoutCredentials(expected), written.Replace(path, "@PREFIX@", StringComparison.Ordinal));
    }

    private static string Write(string path, string format, CondaRelease release)
    {
        var problems = new List<Problem>();
        var prefix = CondaPrefixReader.Read(path, problems);
        return format switch
        {
            "list-export" => CondaListExport.Write(CondaListing.Read(prefix, release, problems)),
            "explicit" => CondaExplicit.Write(prefix, release, ExplicitHashes.None),
            "explicit-md5" => CondaExplicit.Write(prefix, release, ExplicitHashes.Md5),
            "explicit-sha256" => CondaExplicit.Write(prefix, release, ExplicitHashes.Sha256),
            "env-export" => Yaml(prefix, release, problems, true),
            "env-export-nobuilds" => Yaml(prefix, release, problems, false),
            _ => throw new ArgumentException(format),
        };
    }

    private static string Yaml(CondaPrefix prefix, CondaRelease release, List<Problem> problems, bool withBuilds) =>
        CondaEnvironmentYaml.Write(
            CondaListing.Read(prefix, release, problems), prefix.Path, [], withBuilds);

    /// <summary>The one intended difference: conda before 24.7 prints credentials, Firn never does.</summary>
    private static string WithoutCredentials(string text) => text
        .Replace("user:pw@", string.Empty, StringComparison.Ordinal)
        .Replace("bob@", string.Empty, StringComparison.Ordinal)
        .Replace("/t/SECRETTOKEN", string.Empty, StringComparison.Ordinal)
        .Replace("/t/ab-12", string.Empty, StringComparison.Ordinal);
}
