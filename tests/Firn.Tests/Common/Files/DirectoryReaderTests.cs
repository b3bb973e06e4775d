using Firn.Common.Files;

namespace Firn.Tests.Common.Files;

public sealed class DirectoryReaderTests
{
    [SkippableFact]
    public void List_tells_files_folders_and_links_apart()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need rights on Windows");
        using var folder = new TemporaryFolder();
        folder.Write("file");
        folder.Write("folder/inner");
        File.CreateSymbolicLink(folder["to-file"], "file");
        Directory.CreateSymbolicLink(folder["to-folder"], "folder");
        File.CreateSymbolicLink(folder["to-nothing"], "none");
        File.CreateSymbolicLink(folder["itself"], folder.Path);

        var entries = DirectoryReader.List(folder["itself"], out var status);

        Assert.Equal(FileReadStatus.Read, status);
        Assert.Equal(
            [
                "file File", "folder Directory", "itself Link", "to-file Link", "to-folder Link", "to-nothing Link",
            ],
            entries.Select(entry => $"{entry.Name} {entry.Kind}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void List_gives_every_name_of_a_large_folder_once()
    {
        using var folder = new TemporaryFolder();
        var names = Enumerable.Range(0, 1500).Select(i => $"{i:D4}-ä-{new string('x', i % 200)}").ToList();
        names.ForEach(name => folder.Write(name));

        Assert.Equal(
            names, DirectoryReader.List(folder.Path, out _).Select(entry => entry.Name).Order(StringComparer.Ordinal));
    }

    [SkippableTheory]
    [InlineData("none", "Missing")]
    [InlineData("file", "Unreadable")]
    [InlineData("file/none", "Unreadable")]
    [InlineData("a\0b", "Unreadable")]
    [InlineData("", "Unreadable")]
    public void List_says_why_there_is_nothing(string name, string expected)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other errors");
        using var folder = new TemporaryFolder();
        folder.Write("file");

        Assert.Empty(DirectoryReader.List(name.Length == 0 ? name : $"{folder.Path}/{name}", out var status));
        Assert.Equal(expected, status.ToString());
    }
}
