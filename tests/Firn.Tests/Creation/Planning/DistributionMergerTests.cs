using Firn.Common;
using Firn.Conda;
using Firn.Creation.Planning;
using Firn.Python.Locks;

namespace Firn.Tests.Creation.Planning;

public sealed class DistributionMergerTests
{
    private readonly List<Problem> _notes = [];

    [Fact]
    public void Two_conda_packages_of_one_name_are_no_contradiction()
    {
        var merged = Merge(
            [Wheel("typing-extensions", "4.12.2")],
            Conda("typing-extensions", "4.12.2", "hd8ed1ab_0"), Conda("typing_extensions", "4.12.2", "pyha770c72_0"));

        Assert.Empty(merged);
        Assert.Equal("conda-has-it", Assert.Single(_notes).Code);
    }

    // The library and what Python needs of it have one name and nothing else in common.
    [Theory]
    [InlineData("graphviz", "0.20.1", "9.0.0", "h78e8752_1", null)]
    [InlineData("tzdata", "2024.1", "2024a", "h0c530f3_0", null)]
    [InlineData("tzdata", "2024.1", "2024a", "0", "__unix")]
    public void A_library_is_not_the_distribution_of_its_name(string name, string wheel, string conda, string build, string? needs)
    {
        var package = Conda(name, conda, build) with { Depends = needs is null ? null : [needs] };

        Assert.Equal(wheel, Assert.Single(Merge([Wheel(name, wheel)], package)).Version);
        Assert.Empty(_notes);
    }

    [Theory]
    [InlineData("py311h64a7726_0", null)]
    [InlineData("cuda120py311h1234567_0", null)]
    [InlineData("pyhd8ed1ab_0", null)]
    [InlineData("0", "python >=3.8")]
    [InlineData("0", "python_abi 3.11.* *_cp311")]
    public void What_is_code_for_Python_brings_the_distribution_of_its_name(string build, string? needs)
    {
        var package = Conda("numpy", "1.26.4", build) with { Subdir = "linux-64", Depends = needs is null ? null : ["libblas", needs] };

        Assert.Empty(Merge([Wheel("numpy", "1.26.4")], package));
        Assert.Equal("conda-has-it", Assert.Single(_notes).Code);
    }

    [Fact]
    public void Another_version_takes_its_place_but_not_in_a_capture()
    {
        var conda = new[] { Conda("anyio", "4.10.0", "pyhe01879c_0") with { Subdir = "noarch" }, Conda("python", "3.12.1", "hab00c5b_1_cpython") };
        var merger = new DistributionMerger(_notes);

        var merged = merger.Merge([Wheel("anyio", "4.11.0")], conda, mayReplace: true);

        Assert.Equal("4.11.0", Assert.Single(merged.Distributions).Version);
        Assert.Equal(["python"], merged.Conda.Select(package => package.Name));
        Assert.Equal("conda-replaced", Assert.Single(_notes).Code);
        var refused = Assert.Throws<FirnException>(() => merger.Merge([Wheel("anyio", "4.11.0")], conda, mayReplace: false));
        Assert.Contains("is also the conda package anyio 4.10.0", refused.Message, StringComparison.Ordinal);
        Assert.Empty(merger.Merge([Wheel("anyio", "4.10.0")], conda, mayReplace: true).Distributions);
    }

    private IReadOnlyList<LockedDistribution> Merge(LockedDistribution[] distributions, params LockedCondaPackage[] conda) =>
        new DistributionMerger(_notes).Merge(distributions, conda, mayReplace: true).Distributions;

    private static LockedDistribution Wheel(string name, string version) => new()
    {
        Name = name,
        DisplayName = name,
        Version = version,
        Origin = "requirements.txt:1",
        RequirementText = $"{name}=={version}",
    };

    private static LockedCondaPackage Conda(string name, string version, string build) => new()
    {
        Name = name,
        Version = version,
        Build = build,
        FileName = $"{name}-{version}-{build}.conda",
        Url = $"https://c.example/linux-64/{name}-{version}-{build}.conda",
        SafeUrl = $"https://c.example/linux-64/{name}-{version}-{build}.conda",
        Origin = "lock.txt:1",
    };
}
