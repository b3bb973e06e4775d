using Firn.Common;
using Firn.Conda.Listings;
using Firn.Conda.Locks;
using Firn.Conda.Prefixes;
using Firn.Tests.Conda.Listings;
using Firn.Tests.Conda.Prefixes;

namespace Firn.Tests.Conda.Locks;

/// <summary>What real conda printed, and so what Firn writes, is read back (fixtures/conda/goldens).</summary>
public sealed class ExportRoundTripTests(CondaPrefixFixture fixture) : IClassFixture<CondaPrefixFixture>
{
    public static TheoryData<string, string> Goldens() => CondaGoldenTests.Goldens();

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Read_takes_what_conda_printed(string prefixName, string golden)
    {
        var text = File.ReadAllText(Path.Join(CondaPrefixFixture.Fixtures, "goldens", prefixName, golden))
            .Replace("@PREFIX@", "/opt/env", StringComparison.Ordinal);
        var packages = CondaPrefixReader.Read(fixture.Prefix(prefixName), []).Packages;
        var known = packages.Select(package => $"{package.Name.ToLowerInvariant()}={package.Version}").ToHashSet();

        if (golden.EndsWith(".yml", StringComparison.Ordinal))
        {
            var spec = LockSamples.Environment(text);
            Assert.Empty(spec.Problems);
            Assert.NotEmpty(spec.Dependencies);
            Assert.All(spec.Dependencies, dependency =>
            {
                Assert.Equal(golden.StartsWith("env-export.", StringComparison.Ordinal), dependency.IsExact);
                Assert.Contains($"{dependency.Name}={dependency.Version!.TrimEnd('*')}", known);
            });
            return;
        }

        var file = LockSamples.Explicit(text);
        Assert.Empty(file.Problems.Select(problem => $"{problem}: {text.Split('\n')[int.Parse(problem.Path!.Split(':')[1]) - 1]}"));
        Assert.Equal(golden.StartsWith("explicit", StringComparison.Ordinal), file.IsExplicit);
        Assert.Equal(LockFileDetector.Detect("x", System.Text.Encoding.UTF8.GetBytes(text)), file.IsExplicit ? LockFileKind.Explicit : LockFileKind.CondaSpecs);
        Assert.NotEmpty(file.IsExplicit ? file.Packages.Select(package => package.Name) : file.Specs.Select(spec => spec.Name));
        Assert.All(file.Packages, package => Assert.Contains($"{package.Name.ToLowerInvariant()}={package.Version}", known));
        Assert.All(file.Specs, spec => Assert.True(spec.IsExact, spec.Text));
    }

    [Fact]
    public void Read_takes_an_explicit_file_of_Firn_with_its_digests()
    {
        var prefix = CondaPrefixReader.Read(fixture.Prefix("cenv"), new List<Problem>());
        var file = LockSamples.Explicit(CondaExplicit.Write(prefix, CondaRelease.Parse("26.7.1"), ExplicitHashes.Sha256OrMd5));

        Assert.Empty(file.Problems);
        foreach (var package in file.Packages)
        {
            var origin = Assert.Single(prefix.Packages, other => other.FileName == package.FileName);
            Assert.Equal((origin.Version, origin.Build, origin.Subdir), (package.Version, package.Build, package.Subdir));
            Assert.Equal(origin.Sha256, package.Sha256);
        }
    }
}
