using Firn.Common.Files;
using Firn.Common.Native;

namespace Firn.Tests.Common.Files;

public sealed class CreateIfAbsentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_free_name_is_taken_and_a_taken_one_stays()
    {
        Assert.True(CreateIfAbsent.TryTake(_folder.Write("first", "1"), _folder["name"]));
        Assert.False(CreateIfAbsent.TryTake(_folder.Write("second", "2"), _folder["name"]));

        Assert.Equal("1", File.ReadAllText(_folder["name"]));
        Assert.Equal("2", File.ReadAllText(_folder["second"]));
    }

    /// <summary>NFS: the server linked, the answer was lost, and asked again it says that the name is taken.</summary>
    [SkippableFact]
    public void A_link_whose_answer_was_lost_counts()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "link counts are read on Linux");
        Assert.Equal(0, FileNames.Link(_folder.Write("record", "1"), _folder["name"]));

        Assert.True(CreateIfAbsent.TryTake(_folder["record"], _folder["name"]));
    }

    /// <summary>The way for file systems without links.</summary>
    [SkippableFact]
    public void Without_links_renaming_takes_a_free_name_only()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows renames without replacing by itself");
        Assert.True(CreateIfAbsent.TryTakeByRenaming(_folder.Write("first", "1"), _folder["name"]));
        Assert.False(CreateIfAbsent.TryTakeByRenaming(_folder.Write("second", "2"), _folder["name"]));

        Assert.Equal("1", File.ReadAllText(_folder["name"]));
        Assert.False(File.Exists(_folder["first"]));
        Assert.Equal("2", File.ReadAllText(_folder["second"]));
    }

    [SkippableFact]
    public void A_rename_whose_answer_was_lost_counts()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows renames without replacing by itself");
        _folder.Write("name", "1");

        Assert.True(CreateIfAbsent.TryTakeByRenaming(_folder["gone"], _folder["name"]));
        Assert.Throws<IOException>(() => CreateIfAbsent.TryTakeByRenaming(_folder["gone"], _folder["nowhere"]));
    }

    [Fact]
    public void A_missing_folder_is_an_error() =>
        Assert.ThrowsAny<IOException>(() => CreateIfAbsent.TryTake(_folder.Write("first", "1"), _folder["none/name"]));

    public void Dispose() => _folder.Dispose();
}
