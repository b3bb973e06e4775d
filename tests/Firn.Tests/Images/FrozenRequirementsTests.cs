using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Images.Freezing;
using Firn.Python;
using Firn.Python.Distributions;
using Firn.Tests.Documents;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Images;

/// <summary>Lists of packages get exact versions, and nothing else of them changes.</summary>
public sealed class FrozenRequirementsTests
{
    private const string Prefix = "/opt/env";

    [Theory]
    [InlineData("alpha\n", "alpha==1.0\n")]
    [InlineData("alpha>=0.5,<2  # why\n", "alpha==1.0 # why\n")]
    [InlineData("Alpha[extra]>=0.5 ; python_version > '3.8'\n", "alpha[extra]==1.0 ; python_version > '3.8'\n")]
    [InlineData("# a comment\n\n--index-url https://host/simple\nalpha\n", "# a comment\n\n--index-url https://host/simple\nalpha==1.0\n")]
    [InlineData("alpha==1.0 \\\n    --hash=sha256:aa\n", "alpha==1.0 \\\n    --hash=sha256:aa\n")]
    [InlineData("alpha==0.9 \\\n    --hash=sha256:aa\n", "alpha==1.0\n")]
    [InlineData("alpha==1.0.1\n", "alpha==1.0\n")]
    [InlineData("alpha\r\n", "alpha==1.0\n")]
    [InlineData("numpy\nalpha\n", "numpy\nalpha==1.0\n")]
    [InlineData("./wheels/alpha.whl\nalpha\n", "./wheels/alpha.whl\nalpha==1.0\n")]
    public void A_line_gets_the_version_that_is_installed(string text, string expected) =>
        Assert.Equal(expected, FrozenRequirements.Write(text, Of(Installed("alpha", "1.0")), Nothing));

    [Fact]
    public void What_a_list_names_and_is_not_there_is_told()
    {
        const string Text = "# mine\n--index-url https://host/simple\nalpha\nNo_Such>=1  # why\ntool ; sys_platform == 'win32'\nignored\n./wheels/x.whl\n";

        var missing = MissingPackages.In(FrozenRequirements.Names(Text), Of(Installed("alpha", "1.0")), new HashSet<string> { "ignored" });

        Assert.Equal(["no-such"], missing);
    }

    [Fact]
    public void What_packages_brought_along_comes_last_and_is_written_anew_each_time()
    {
        var capture = Of(Installed("alpha", "1.0"), Installed("beta", "2.0"), Installed("gamma", "3.0"), Installed("pip", "23"));

        var once = FrozenRequirements.Write("alpha\n", capture, Nothing);

        Assert.Equal("alpha==1.0\n\n# What these brought along, written by firn freeze:\nbeta==2.0\ngamma==3.0\n", once);
        Assert.Equal(once, FrozenRequirements.Write(once, capture, Nothing));
    }

    [Fact]
    public void What_the_base_has_the_project_and_what_is_ignored_are_left_out()
    {
        var capture = Of(
            Installed("alpha", "1.0"),
            Installed("torch", "2.5") with { Location = "/usr/lib/python3/dist-packages" },
            Installed("study", "0.1") with { Location = "/tmp/firn-0/lib", Editable = new EditableProject("/project/study", null) },
            Installed("flash", "1"));

        Assert.Equal("torch\nalpha==1.0\n", FrozenRequirements.Write("torch\nflash\nalpha\n", capture, ImmutableHashSet.Create("flash")));
    }

    [Fact]
    public void What_came_from_a_repository_stays_from_there()
    {
        var capture = Of(Installed("alpha", "1.0") with
        {
            DirectReference = new DirectReference("https://host/alpha.git") { Vcs = "git", CommitId = "c0ffee", RequestedRevision = "main" },
        });

        Assert.Equal("alpha @ git+https://host/alpha.git@c0ffee\n", FrozenRequirements.Write("alpha @ git+https://host/alpha.git@main\n", capture, Nothing));
    }

    /// <summary>Freezing twice changes nothing, and no line is lost, whatever the file holds.</summary>
    [Fact]
    public void A_second_time_changes_nothing()
    {
        var capture = Of(Installed("alpha", "1.0"), Installed("beta", "2.0"));
        var line = Gen.Elements("alpha", "beta[x]>1", "gamma ; os_name == 'nt'", "# c", "", "--pre", "-e .", "alpha==1.0  # x", "alpha==1.0 \\\n    --hash=sha256:aa", "  ", "https://h/x.whl", "alpha[", "é");
        Prop.ForAll(line.ListOf().Select(static lines => string.Concat(lines.Select(static text => text + "\n"))).ToArbitrary(), text =>
        {
            var once = FrozenRequirements.Write(text, capture, Nothing);
            Assert.Equal(once, FrozenRequirements.Write(once, capture, Nothing));
            Assert.Contains("beta", once, StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void System_packages_get_versions_where_they_stand()
    {
        var versions = new Dictionary<string, string> { ["git"] = "1:2.39", ["zsh"] = "5.9-4" };

        Assert.Equal(
            "# needed\ngit=1:2.39         # Useful.\nunknown\n\nzsh=5.9-4\n",
            FrozenSystemPackages.Write("# needed\ngit                # Useful.\nunknown\r\n\nzsh=5.8\n", versions));
    }

    private static ImmutableHashSet<string> Nothing => [];

    private static Distribution Installed(string name, string version) => new()
    {
        Name = name,
        CanonicalName = CanonicalName.Of(name),
        Version = version,
        MetadataPath = $"{Prefix}/lib/python3.11/site-packages/{name}-{version}.dist-info",
        Location = $"{Prefix}/lib/python3.11/site-packages",
    };

    private static Capture Of(params Distribution[] distributions)
    {
        var full = FullCapture.Create();
        return full with { Environment = full.Environment with { Prefix = Prefix }, Distributions = [.. distributions] };
    }
}
