using Firn.Common.Files;

namespace Firn.Tests.Common.Files;

public sealed class RealPathTests
{
    [SkippableFact]
    public void Of_follows_links_in_every_part()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need rights on Windows");
        using var folder = new TemporaryFolder();
        var root = RealPath.Of(folder.Path);
        folder.Write("a/b/file");
        Directory.CreateSymbolicLink(folder["link"], "a/b");
        File.CreateSymbolicLink(folder["a/b/other"], "../b/./file");

        Assert.Equal(Path.Join(root, "a/b/file"), RealPath.Of(folder["link/other"]));
        Assert.Equal(Path.Join(root, "a/b/none/x"), RealPath.Of(folder["link/none/x"]));
    }

    [SkippableFact]
    public void Of_ends_in_a_loop_of_links()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need rights on Windows");
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["one"], "two");
        File.CreateSymbolicLink(folder["two"], "one");

        Assert.StartsWith(RealPath.Of(folder.Path), RealPath.Of(folder["one"]), StringComparison.Ordinal);
    }
}
