using System.Runtime.Versioning;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Tests.Common.Files;

[SupportedOSPlatform("linux")]
public sealed class ExtractionFolderTests
{
    [Theory]
    [InlineData("../out")]
    [InlineData("a/../../out")]
    [InlineData("/etc/out")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData(".git/hooks/post-checkout")]
    [InlineData("a/.GIT/config")]
    [InlineData(".Git")]
    public void A_path_that_leads_out_or_into_a_repositorys_own_folder_is_refused(string path)
    {
        using var folder = new TemporaryFolder();
        var files = new ExtractionFolder(folder["in"]);

        Assert.Throws<FirnException>(() => files.Create(path, isExecutable: false));
        Assert.Throws<FirnException>(() => files.Link(path, "target"));
        Assert.False(ExtractionFolder.IsSafe(path));
        Assert.False(File.Exists(folder["out"]));
    }

    [Theory]
    [InlineData("link/file")]
    [InlineData("link/deep/file")]
    [InlineData("sub/link/file")]
    public void Nothing_is_written_through_a_link(string path)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["victim"]);
        Directory.CreateDirectory(folder["in/sub"]);
        File.CreateSymbolicLink(folder["in/link"], folder["victim"]);
        File.CreateSymbolicLink(folder["in/sub/link"], folder["victim"]);
        var files = new ExtractionFolder(folder["in"]);

        Assert.Throws<FirnException>(() => files.Create(path, isExecutable: false));
        Assert.Throws<FirnException>(() => files.Make(path));
        Assert.Empty(Directory.GetFileSystemEntries(folder["victim"]));
    }

    [Fact]
    public void A_link_of_the_same_name_is_replaced_and_what_it_led_to_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        folder.Write("precious", "kept");
        Directory.CreateDirectory(folder["in"]);
        File.CreateSymbolicLink(folder["in/file"], folder["precious"]);

        using (var file = new ExtractionFolder(folder["in"]).Create("file", isExecutable: true))
        {
            file.Write("new"u8);
        }

        Assert.Equal("kept", File.ReadAllText(folder["precious"]));
        Assert.Equal("new", File.ReadAllText(folder["in/file"]));
        Assert.True(File.GetUnixFileMode(folder["in/file"]).HasFlag(UnixFileMode.UserExecute));
    }

    [Fact]
    public void A_file_is_no_folder_and_a_folder_no_file()
    {
        using var folder = new TemporaryFolder();
        var files = new ExtractionFolder(folder["in"]);
        files.Create("a", isExecutable: false).Dispose();
        files.Make("b/c");

        Assert.Throws<FirnException>(() => files.Create("a/x", isExecutable: false));
        Assert.Throws<FirnException>(() => files.Create("b", isExecutable: false));
        Assert.Throws<FirnException>(() => files.Link("b/c", "x"));
    }
}
