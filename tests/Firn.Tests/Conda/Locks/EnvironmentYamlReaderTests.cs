namespace Firn.Tests.Conda.Locks;

public sealed class EnvironmentYamlReaderTests
{
    [Fact]
    public void Read_takes_every_key_of_CEP_24()
    {
        var spec = LockSamples.Environment("""
            name: test
            prefix: /opt/test
            channels:
              - conda-forge
              - nodefaults
            dependencies:
              - python=3.12.1=h1_0
              - numpy >=1.10
              - pip:
                - scipy==1.11
                - -e .
            variables:
              MY_ENV_VAR: "My Value"
              NUMBER: 1.10
              HIDDEN: <masked>
            platforms: [linux-64]
            category: dev
            extra: 1
            """);

        Assert.Empty(spec.Problems);
        Assert.Equal(("test", "/opt/test", "dev"), (spec.Name, spec.Prefix, spec.Category));
        Assert.Equal("conda-forge", Assert.Single(spec.Channels));
        Assert.True(spec.IsWithoutDefaults);
        Assert.Equal(["python", "numpy"], spec.Dependencies.Select(dependency => dependency.Name));
        Assert.Equal(["numpy >=1.10"], spec.Inexact.Select(dependency => dependency.Text));
        Assert.Equal("environment.yml:7", spec.Dependencies[0].Origin);
        Assert.Equal(["scipy==1.11", "-e ."], spec.PipRequirements.Select(requirement => requirement.Text));
        Assert.Equal([("MY_ENV_VAR", "My Value"), ("NUMBER", "1.10")], spec.Variables.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal("linux-64", Assert.Single(spec.Platforms));
        Assert.Equal(["spec-key-unknown", "spec-variable-masked"], spec.Warnings.Select(warning => warning.Code).Order());
    }

    [Fact]
    public void Read_follows_anchors_as_conda_does()
    {
        var spec = LockSamples.Environment("""
            x-base: &base
              - python=3.12.1=h1_0
              - numpy=1.26.4=py312_0
            x-threads: &threads {OMP_NUM_THREADS: 1, SEED: 7}
            channels: [&channel conda-forge]
            dependencies: *base
            variables:
              <<: *threads
              SEED: 8
            """);

        Assert.Empty(spec.Problems);
        Assert.Equal(["python", "numpy"], spec.Dependencies.Select(dependency => dependency.Name));
        Assert.Equal([("OMP_NUM_THREADS", "1"), ("SEED", "8")], spec.Variables.Select(pair => (pair.Key, pair.Value)).Order());
        Assert.Equal(["spec-key-unknown", "spec-key-unknown"], spec.Warnings.Select(warning => warning.Code));
    }

    [Theory]
    [InlineData("linux-64", "a b c d")]
    [InlineData("osx-arm64", "a b")]
    [InlineData("win-64", "a e f")]
    public void Read_chooses_the_lines_of_the_platform(string platform, string expected)
    {
        var spec = LockSamples.Environment(
            """
            dependencies:
              - a
              - b  # [unix]
              - c  # [linux and not (aarch64 or ppc64le)]
              - sel(linux): d
              - sel(win): e
              - f  # [win]  only there
            """,
            platform);

        Assert.Empty(spec.Problems);
        Assert.Equal(expected, string.Join(' ', spec.Dependencies.Select(dependency => dependency.Name)));
        // Lines that are left out do not move the others.
        Assert.All(spec.Dependencies, dependency => Assert.Equal($"environment.yml:{2 + "abcdef".IndexOf(dependency.Name[0])}", dependency.Origin));
    }

    [Theory]
    [InlineData("- a  # [see 1]", 1)]
    [InlineData("- a  # [py>=38]", 1)]
    [InlineData("- a  # [linux or]", 1)]
    [InlineData("- a  # [((((linux]", 1)]
    [InlineData("- a  # a comment [linux]", 0)]
    public void Read_keeps_lines_whose_comment_is_no_selector(string line, int warnings)
    {
        var spec = LockSamples.Environment($"dependencies:\n  {line}\n");

        Assert.Equal("a", Assert.Single(spec.Dependencies).Name);
        Assert.Equal(warnings, spec.Warnings.Length);
    }

    [Theory]
    [InlineData("dependencies: {a: b}")]
    [InlineData("dependencies: text")]
    [InlineData("dependencies: [[a]]")]
    [InlineData("dependencies: [npm: [a]]")]
    [InlineData("dependencies: ['sel(mars)': a]")]
    [InlineData("dependencies: [pip: a]")]
    [InlineData("dependencies: [pip: [[a]]]")]
    [InlineData("dependencies: ['../a']")]
    [InlineData("variables: {A-B: 1}")]
    [InlineData("variables: {A: [1]}")]
    [InlineData("- a")]
    [InlineData("a: [")]
    [InlineData("a: 1\na: 2")]
    public void Read_tells_what_is_wrong(string text) => Assert.Single(LockSamples.Environment(text).Problems);

    [Theory]
    [InlineData("")]
    [InlineData("dependencies:")]
    [InlineData("dependencies: [pip: ]")]
    [InlineData("name: null")]
    public void Read_of_nothing_is_nothing(string text)
    {
        var spec = LockSamples.Environment(text);

        Assert.Empty(spec.Problems);
        Assert.Empty(spec.Dependencies);
        Assert.Null(spec.Name);
    }
}
