using Firn.Conda;
using Firn.Tests.Conda.Locks;

namespace Firn.Tests.Conda;

public sealed class MatchSpecTests
{
    /// <summary>The two blocks of equivalent specs in CEP 29, "Version expression parsing".</summary>
    [Theory]
    [InlineData("pkg=1.8", true)]
    [InlineData("pkg =1.8", true)]
    [InlineData("pkg 1.8.*", true)]
    [InlineData("pkg 1.8.* *", true)]
    [InlineData("pkg=1.8.*", true)]
    [InlineData("pkg=1.8.*=*", true)]
    [InlineData("pkg =1.8.* *", true)]
    [InlineData("pkg[version=1.8.*]", true)]
    [InlineData("pkg[version=\"1.8.*\"]", true)]
    [InlineData("pkg[version='=1.8']", true)]
    [InlineData("pkg =1.8 *", true)]
    [InlineData("pkg 1.8", false)]
    [InlineData("pkg 1.8 *", false)]
    [InlineData("pkg==1.8", false)]
    [InlineData("pkg=1.8=*", false)]
    [InlineData("pkg==1.8=*", false)]
    [InlineData("pkg ==1.8 *", false)]
    [InlineData("pkg[version=1.8]", false)]
    [InlineData("pkg[version=\"1.8\"]", false)]
    [InlineData("pkg[version='==1.8']", false)]
    public void Matches_of_one_equals_sign_means_all_that_follow(string text, bool isFuzzy)
    {
        var spec = MatchSpec.Parse(text);

        Assert.NotNull(spec);
        Assert.True(spec.Matches("pkg", "1.8", "0"));
        Assert.Equal(isFuzzy, spec.Matches("pkg", "1.8.1", "0"));
        Assert.False(spec.Matches("pkg", "1.9", "0"));
        Assert.False(spec.IsExact);
    }

    /// <summary>conda tests/models/test_match_spec.py test_match_1.</summary>
    [Theory]
    [InlineData("numpy 1.7*", true)]
    [InlineData("numpy 1.7", false)]
    [InlineData("numpy >=1.5,<2", true)]
    [InlineData("numpy >1.5,<2,!=1.7.1", false)]
    [InlineData("numpy >1.8,<2|==1.7", false)]
    [InlineData("numpy >1.8,<2|>=1.7.1", true)]
    [InlineData("numpy ==1.7.1.0", true)]
    [InlineData("numpy==1.7.1.0.0", true)]
    [InlineData("numpy >=1,*.7.*", true)]
    [InlineData("numpy *.7.*,>=1", true)]
    [InlineData("numpy >=1,*.8.*", false)]
    [InlineData("numpy 1.6*|1.8*", false)]
    [InlineData("numpy 1.6.2|1.7.1", true)]
    [InlineData("numpy 1.7.1 py27_0", true)]
    [InlineData("numpy 1.7.1 py26_0", false)]
    [InlineData("numpy * py27*", true)]
    [InlineData("numpy >1.7.1a", true)]
    [InlineData("python", false)]
    public void Matches_agrees_with_conda(string text, bool expected) =>
        Assert.Equal(expected, MatchSpec.Parse(text)!.Matches("numpy", "1.7.1", "py27_0"));

    [Theory]
    [InlineData("numpy=1.26.4=py312_0")]
    [InlineData("numpy==1.26.4=py312_0")]
    [InlineData("numpy 1.26.4 py312_0")]
    [InlineData("NumPy ==1.26.4 py312_0")]
    [InlineData("conda-forge::numpy=1.26.4=py312_0")]
    [InlineData("conda-forge/linux-64::numpy=1.26.4=py312_0")]
    [InlineData("https://example.com/ch/linux-64::numpy=1.26.4=py312_0")]
    [InlineData("numpy[version=1.26.4,build=py312_0]")]
    [InlineData("numpy[version='1.26.4', build=\"py312_0\"]")]
    [InlineData("numpy[version=1.26.4 build=py312_0]")]
    [InlineData("numpy>=1[version='==1.26.4',build=py312_0]")]
    [InlineData("numpy=1.26.4=py312_0  # a comment")]
    public void IsExact_of_name_version_and_build(string text)
    {
        var spec = MatchSpec.Parse(text)!;

        Assert.True(spec.IsExact);
        Assert.Equal(("numpy", "1.26.4", "py312_0"), (spec.Name, spec.Version, spec.Build));
    }

    [Theory]
    [InlineData("numpy")]
    [InlineData("numpy=1.26.4")]
    [InlineData("numpy==1.26.4")]
    [InlineData("numpy >=1.26 py312_0")]
    [InlineData("numpy 1.26.* py312_0")]
    [InlineData("numpy 1.26.4 py312*")]
    [InlineData("numpy =1.26.4 py312_0")]
    [InlineData("* 1.26.4 py312_0")]
    [InlineData("numpy=1.26.4=py312_0[track_features=mkl]")]
    [InlineData("numpy=1.26.4=py312_0 if python >=3.12")]
    public void IsExact_is_false_where_a_solver_has_a_choice(string text) => Assert.False(MatchSpec.Parse(text)!.IsExact);

    [Theory]
    [InlineData("conda-forge::numpy", "conda-forge", null)]
    [InlineData("conda-forge/linux-64::numpy", "conda-forge", "linux-64")]
    [InlineData("https://user:secret@example.com/a/b/noarch::numpy", "https://user:secret@example.com/a/b", "noarch")]
    [InlineData("conda-forge:ns:numpy", "conda-forge", null)]
    [InlineData("ns:numpy", null, null)]
    [InlineData("*/linux-64::numpy", null, "linux-64")]
    [InlineData("numpy[channel=conda-forge/osx-64]", "conda-forge", "osx-64")]
    [InlineData("a::numpy[channel=b,subdir=linux-64]", "b", "linux-64")]
    public void Parse_finds_the_channel(string text, string? channel, string? subdir)
    {
        var spec = MatchSpec.Parse(text)!;

        Assert.Equal(("numpy", channel, subdir), (spec.Name, spec.Channel, spec.Subdir));
        Assert.DoesNotContain("secret", spec.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ignores_a_name_in_brackets() =>
        Assert.Equal("tensorflow", MatchSpec.Parse($"tensorflow[name=pytorch,md5={LockSamples.Md5}]")!.Name);

    [Fact]
    public void Parse_takes_digests_in_place_of_a_build() =>
        Assert.True(MatchSpec.Parse($"numpy[version=1.26.4,sha256={LockSamples.Sha256}]")!.IsExact);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("=1.0")]
    [InlineData("numpy=")]
    [InlineData("numpy==")]
    [InlineData("numpy >=")]
    [InlineData("numpy ^1.*$")]
    [InlineData("numpy[version]")]
    [InlineData("numpy[version=1.0")]
    [InlineData("numpy[version=1.0]x")]
    [InlineData("numpy[version='1.0]")]
    [InlineData("numpy[sha256=12]")]
    [InlineData("../numpy")]
    [InlineData("numpy=1=../x")]
    [InlineData("a b c d")]
    public void Parse_refuses_what_is_no_spec(string text) => Assert.Null(MatchSpec.Parse(text));

    [Fact]
    public void Parse_takes_an_archive_for_a_spec()
    {
        var spec = MatchSpec.Parse(
            $"https://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py312_0.conda#{LockSamples.Md5}",
            LockSamples.SystemContext(), "environment.yml:3", out _)!;

        Assert.True(spec.IsExact);
        Assert.Equal(("numpy", "linux-64", LockSamples.Md5), (spec.Archive!.Name, spec.Subdir, spec.Archive.Md5));
    }
}
