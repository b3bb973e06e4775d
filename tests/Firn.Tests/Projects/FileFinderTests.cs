using Firn.Projects;

namespace Firn.Tests.Projects;

public sealed class FileFinderTests
{
    [Theory]
    [InlineData("a.txt", "a.txt")]
    [InlineData("*.txt", "a.txt")]
    [InlineData("out", "out/b.csv", "out/deep/c.csv")]
    [InlineData("out/", "out/b.csv", "out/deep/c.csv")]
    [InlineData("out/*", "out/b.csv", "out/deep/c.csv")]
    [InlineData("out/*.csv", "out/b.csv")]
    [InlineData("out/**/*.csv", "out/b.csv", "out/deep/c.csv")]
    [InlineData("**/c.csv", "out/deep/c.csv")]
    [InlineData("./out/../a.txt", "a.txt")]
    [InlineData("o[tu]t/d??p", "out/deep/c.csv")]
    public void Patterns_mean_files(string pattern, params string[] expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "a");
        folder.Write("out/b.csv", "b");
        folder.Write("out/deep/c.csv", "c");
        folder.Write(".firn/analyses/c.csv", "state");

        var found = FileFinder.Find(folder.Path, [pattern], CancellationToken.None);

        Assert.Equal(expected, found.Paths);
        Assert.Empty(found.Missing);
    }

    [Theory]
    [InlineData("none.txt")]
    [InlineData("*.none")]
    [InlineData("empty")]
    [InlineData("none/*.txt")]
    [InlineData("a.txt/*")]
    public void Pattern_without_a_file_is_missing(string pattern)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.txt", "a");
        Directory.CreateDirectory(Path.Join(folder.Path, "empty"));

        Assert.Equal([pattern], FileFinder.Find(folder.Path, [pattern], CancellationToken.None).Missing);
    }

    [Fact]
    public void Links_to_files_count_and_links_to_folders_are_not_followed()
    {
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        folder.Write("a.txt", "a");
        other.Write("far.txt", "b");
        File.CreateSymbolicLink(Path.Join(folder.Path, "near.txt"), Path.Join(other.Path, "far.txt"));
        File.CreateSymbolicLink(Path.Join(folder.Path, "gone.txt"), Path.Join(other.Path, "none"));
        Directory.CreateSymbolicLink(Path.Join(folder.Path, "circle"), folder.Path);

        var found = FileFinder.Find(folder.Path, ["**/*.txt", Path.Join(other.Path, "far.txt")], CancellationToken.None);

        Assert.Equal([Path.Join(other.Path, "far.txt"), "a.txt", "near.txt"], found.Paths);
    }

    [Theory]
    [InlineData("out", "out/deep/x", true)]
    [InlineData("out", "outer/x", false)]
    [InlineData("data/*.csv", "data/a.csv", true)]
    [InlineData("data/*.csv", "data/deep/a.csv", false)]
    [InlineData("data/*", "data/deep/a.csv", true)]
    public void Pattern_tells_what_is_data(string pattern, string path, bool matches) =>
        Assert.Equal(matches, new FilePattern(pattern, "/project").Matches("/project/" + path));
}
