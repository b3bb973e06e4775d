using Firn.Conda;

namespace Firn.Tests.Conda;

/// <summary>Truth: the expressions of CEP 26.</summary>
public sealed class CondaNamesTests
{
    [Theory]
    [InlineData("numpy", true)]
    [InlineData("_libgcc_mutex", true)]
    [InlineData("r-base", true)]
    [InlineData("backports.zoneinfo", true)]
    [InlineData("font-ttf-dejavu-sans-mono", true)]
    [InlineData("7zip", true)]
    [InlineData("__glibc", false)]
    [InlineData("a..b", false)]
    [InlineData("..", false)]
    [InlineData("-a", false)]
    [InlineData(".a", false)]
    [InlineData("a/b", false)]
    [InlineData("a\0", false)]
    [InlineData("", false)]
    [InlineData("é", false)]
    public void IsName_takes_what_CEP_26_does(string text, bool expected) => Assert.Equal(expected, CondaNames.IsName(text));

    [Theory]
    [InlineData("1.26.4", true)]
    [InlineData("1!2.0", true)]
    [InlineData("2024a", true)]
    [InlineData("1.0.1_", true)]
    [InlineData("1.0+local", true)]
    [InlineData("..", false)]
    [InlineData("1.*", false)]
    [InlineData("1/2", false)]
    [InlineData("1-2", false)]
    [InlineData("", false)]
    public void IsVersion_takes_what_CEP_26_does(string text, bool expected) =>
        Assert.Equal(expected, CondaNames.IsVersion(text));

    [Fact]
    public void Parts_have_64_characters_at_most()
    {
        Assert.True(CondaNames.IsName(new string('a', 64)));
        Assert.False(CondaNames.IsName(new string('a', 65)));
        Assert.False(CondaNames.IsVersion(new string('1', 65)));
        Assert.False(CondaNames.IsBuild(new string('1', 65)));
    }

    [Theory]
    [InlineData("linux-64", true)]
    [InlineData("noarch", true)]
    [InlineData("linux", false)]
    [InlineData("..-64", false)]
    [InlineData("Linux-64", false)]
    [InlineData("a-b-c", false)]
    public void IsSubdir_takes_what_CEP_26_does(string text, bool expected) =>
        Assert.Equal(expected, CondaNames.IsSubdir(text));

    [Theory]
    [InlineData("font-ttf-dejavu-sans-mono-2.37-hab24e00_0.tar.bz2", "font-ttf-dejavu-sans-mono", "2.37", "hab24e00_0")]
    [InlineData("_license-1.1-py27_1.conda", "_license", "1.1", "py27_1")]
    [InlineData("a-1!2.0-0.conda", "a", "1!2.0", "0")]
    public void TrySplit_takes_names_apart_from_their_end(string file, string name, string version, string build)
    {
        Assert.True(CondaNames.TrySplit(file, out var gotName, out var gotVersion, out var gotBuild));
        Assert.Equal((name, version, build), (gotName.ToString(), gotVersion.ToString(), gotBuild.ToString()));
    }

    [Theory]
    [InlineData("numpy.conda")]
    [InlineData("numpy-1.conda")]
    [InlineData("-1-0.conda")]
    [InlineData("numpy-1-.conda")]
    [InlineData("numpy-1-0.zip")]
    [InlineData("../x-1-0.conda")]
    [InlineData(".conda")]
    [InlineData("")]
    public void TrySplit_refuses_what_is_no_archive(string file) =>
        Assert.False(CondaNames.TrySplit(file, out _, out _, out _));
}
