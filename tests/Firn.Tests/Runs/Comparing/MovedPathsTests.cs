using Firn.Runs.Comparing;

namespace Firn.Tests.Runs.Comparing;

public sealed class MovedPathsTests
{
    [Theory]
    [InlineData("/p/x", "/new/x")]
    [InlineData("/p", "/new")]
    [InlineData("--out=/p/out.csv", "--out=/new/out.csv")]
    [InlineData("-I/p/include", "-I/new/include")]
    [InlineData("cd /p && ls '/p/a' \"/p\";cat </p/b", "cd /new && ls '/new/a' \"/new\";cat </new/b")]
    [InlineData("/p/a:/q:/p/b", "/new/a:/q:/new/b")]
    [InlineData("file:///p/x", "file:///p/x")]
    [InlineData("/pp/x", "/pp/x")]
    [InlineData("/p.bak", "/p.bak")]
    [InlineData("/p-2/x", "/p-2/x")]
    [InlineData("/mnt/p/x", "/mnt/p/x")]
    [InlineData("../p/x", "../p/x")]
    [InlineData("", "")]
    public void Paths_of_the_folder_are_led_elsewhere_and_no_others(string text, string moved)
    {
        Assert.Equal(moved, MovedPaths.Of(text, "/p", "/new"));
        Assert.Equal(text != moved, MovedPaths.Contain(text, "/p"));
    }
}
