using Firn.Conda;

namespace Firn.Tests.Conda;

/// <summary>Truth: the doctests and tests of conda's models/version.py.</summary>
public sealed class CondaVersionSpecTests
{
    private static readonly string[] Ascending =
    [
        "0.4", "0.4.1.rc", "0.4.1", "0.5a1", "0.5b3", "0.5C1", "0.5", "0.9.6", "0.960923", "1.0", "1.1dev1", "1.1_", "1.1a1",
        "1.1.0dev1", "1.1.a1", "1.1.0rc1", "1.1.0", "1.1.0post1", "1.1post1", "1996.07.12", "1!0.4.1", "1!3.1.1.6", "2!0.4.1",
    ];

    [Fact]
    public void CompareTo_orders_as_conda_documents()
    {
        for (var i = 1; i < Ascending.Length; i++)
        {
            var order = CondaVersion.Parse(Ascending[i - 1])!.CompareTo(CondaVersion.Parse(Ascending[i]));
            // 0.4 == 0.4.0 and 1.1.0post1 == 1.1.post1 stand beside each other in conda's list, too.
            Assert.True(order <= 0, $"{Ascending[i - 1]} > {Ascending[i]}");
        }
    }

    [Theory]
    [InlineData("1.7.1", "1.7.1", true)]
    [InlineData("1.7*", "1.7.1", true)]
    [InlineData("1.7.*", "1.7.1", true)]
    [InlineData("1.7*", "1.71", false)]
    [InlineData(">=1.7", "1.7.1", true)]
    [InlineData("<1.7", "1.7.1", false)]
    [InlineData("1.6|1.7*", "1.7.1", true)]
    [InlineData(">=1.6,<1.7", "1.7.1", false)]
    [InlineData("1.5|(1.6|1.7),1.8", "1.7.1", false)]
    [InlineData("(1.5|1.7*),!=1.7.2", "1.7.1", true)]
    [InlineData("!=1.7.*", "1.7.1", false)]
    [InlineData("~=1.7.0", "1.7.1", true)]
    [InlineData("~=1.6.0", "1.7.1", false)]
    [InlineData("==1.7.1", "1.7.1.0", true)]
    [InlineData("1.*.1", "1.7.1", true)]
    [InlineData("*", "1.7.1", true)]
    [InlineData(">=3.11,<3.12.0a0", "3.11.9", true)]
    [InlineData("<3.12.0a0", "3.12.0", false)]
    public void Matches_agrees_with_conda(string spec, string version, bool expected) =>
        Assert.Equal(expected, CondaVersionSpec.Matches(spec, version));

    [Theory]
    [InlineData("=>1")]
    [InlineData("1,")]
    [InlineData("(1")]
    [InlineData("1)")]
    [InlineData("")]
    [InlineData("^1.*$")]
    public void Matches_says_nothing_of_what_it_cannot_read(string spec) =>
        Assert.Null(CondaVersionSpec.Matches(spec, "1.7.1"));

    [Theory]
    [InlineData("python", null, null)]
    [InlineData("python 3.11", "3.11", null)]
    [InlineData("python =3.11", "3.11*", null)]
    [InlineData("python=3.11=h_0", "3.11", "h_0")]
    [InlineData("python >=3.8 , < 4 *_cp", ">=3.8,<4", "*_cp")]
    [InlineData("python==3.11", "3.11", null)]
    [InlineData("conda-forge::python 3.11.* *_cpython", "3.11.*", "*_cpython")]
    [InlineData("python[version='>=3.8,<4', build=\"h_0\"]", ">=3.8,<4", "h_0")]
    [InlineData("python >=3.8 # why", ">=3.8", null)]
    public void Parse_takes_a_dependency_apart(string spec, string? version, string? build) =>
        Assert.Equal(new CondaDependency("python", version, build), CondaDependency.Parse(spec));
}
