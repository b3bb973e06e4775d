using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Conda;
using Firn.Images.Freezing;
using Firn.Python;
using Firn.Python.Distributions;
using Firn.Tests.Documents;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Images;

/// <summary>An environment.yml gets exact versions, and nothing else of it changes.</summary>
public sealed class FrozenCondaSpecTests
{
    private const string Brought = "# What these brought along, written by firn freeze:";

    private static readonly IReadOnlySet<string> Nothing = ImmutableHashSet<string>.Empty;

    [Fact]
    public void Names_are_those_of_conda_and_of_pip()
    {
        const string Text = "name: env\nchannels:\n  - conda-forge\ndependencies:\n  - python>=3.10 # why\n  - \"conda-forge::numpy >=1.2\"\n  - pip:\n      - alpha>=1\n  - last\nvariables:\n  - none\n";

        Assert.Equal(["python", "numpy", "alpha", "last"], FrozenCondaSpec.Names(Text));
    }

    [Fact]
    public void Specs_get_versions_and_builds_and_all_else_stays()
    {
        const string Text =
            """
            # ours
            name: env
            channels:
              - conda-forge
            dependencies:
              # the language
              - python>=3.10   # why
              - "conda-forge::numpy >=1.2"
              - nothing-like-it
              - pip
              - pip:
                  # of pip
                  - alpha>=1
            variables:
              A: b

            """;

        var frozen = FrozenCondaSpec.Write(Text, Environment, Nothing);

        Assert.Equal(
            $"""
            # ours
            name: env
            channels:
              - conda-forge
            dependencies:
              # the language
              - python=3.12.1=h1_0   # why
              - conda-forge::numpy=1.26.0=py312_0
              - nothing-like-it
              - pip=24.0=py_0
              {Brought}
              - libblas=3=h2
              - pip:
                  # of pip
                  - alpha==1.5

                  {Brought}
                  - beta==2.0
            variables:
              A: b

            """,
            frozen);
        Assert.Equal(frozen, FrozenCondaSpec.Write(frozen, Environment, Nothing));
    }

    [Fact]
    public void What_pip_installed_is_kept_where_no_line_is_there_for_it()
    {
        var frozen = FrozenCondaSpec.Write("dependencies:\n- python\n- libblas\n- numpy\n- pip\n", Environment, ImmutableHashSet.Create("beta"));

        Assert.Equal(
            $"dependencies:\n- python=3.12.1=h1_0\n- libblas=3=h2\n- numpy=1.26.0=py312_0\n- pip=24.0=py_0\n- pip:\n    {Brought}\n    - alpha==1.5\n", frozen);
        Assert.Equal(frozen, FrozenCondaSpec.Write(frozen, Environment, ImmutableHashSet.Create("beta")));
    }

    [Fact]
    public void An_environment_without_conda_changes_nothing() =>
        Assert.Equal("dependencies:\n  - python\n", FrozenCondaSpec.Write("dependencies:\n  - python\n", Environment with { Conda = null }, Nothing));

    [Fact]
    public void No_text_fails()
    {
        var line = Gen.Elements("  - python", "  - pip:", "      - alpha", "# note", "", "  - a b c d", "- x", "key: value", $"  {Brought}", "  -", "  - numpy=1.26.0=py312_0");
        Prop.ForAll(line.ListOf().Select(static lines => "dependencies:\n" + string.Concat(lines.Select(static text => text + "\n"))).ToArbitrary(), static text =>
        {
            Assert.Contains("libblas=3=h2", FrozenCondaSpec.Write(text, Environment, Nothing), StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    private static Capture Environment
    {
        get
        {
            var full = FullCapture.Create();
            return full with
            {
                Environment = full.Environment with { Prefix = "/opt/env" },
                Distributions = [Installed("alpha", "1.5"), Installed("beta", "2.0"), Installed("numpy", "1.26.0"), Installed("pip", "24.0")],
                Conda = full.Conda! with
                {
                    Packages = [Package("libblas", "3", "h2"), Package("numpy", "1.26.0", "py312_0"), Package("pip", "24.0", "py_0"), Package("python", "3.12.1", "h1_0")],
                    PipPackages = [new CondaPipPackage("alpha", "1.5", "", false), new CondaPipPackage("beta", "2.0", "", false)],
                },
            };
        }
    }

    private static CondaPackage Package(string name, string version, string build) => new()
    {
        Name = name,
        Version = version,
        Build = build,
        ChannelName = "conda-forge",
        FileName = $"{name}-{version}-{build}.conda",
    };

    private static Distribution Installed(string name, string version) => new()
    {
        Name = name,
        CanonicalName = CanonicalName.Of(name),
        Version = version,
        MetadataPath = $"/opt/env/lib/python3.12/site-packages/{name}-{version}.dist-info",
        Location = "/opt/env/lib/python3.12/site-packages",
    };
}
