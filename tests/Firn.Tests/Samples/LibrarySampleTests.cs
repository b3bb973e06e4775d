using Firn.Captures.Documents;
using Firn.Common;

namespace Firn.Tests.Samples;

public sealed class LibrarySampleTests
{
    private static readonly string Prefix =
        Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "environment-id", "prefix");

    [Theory]
    [InlineData("capture")]
    [InlineData("compare")]
    [InlineData("failure")]
    public void Page_shows_the_compiled_code(string mark)
    {
        var page = File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "library.md"));

        Assert.Contains($"```csharp\n{Code(mark)}```\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void CaptureAndSave_writes_the_files()
    {
        using var folder = new TemporaryFolder();

        var id = LibrarySample.CaptureAndSave(Prefix, folder["capture"]);

        Assert.Contains(id, File.ReadAllText(folder["capture/environment.json"]), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Join(folder["capture"], CaptureFileNames.Pip)));
    }

    [Fact]
    public void AreEqual_holds_for_one_prefix() => Assert.True(LibrarySample.AreEqual(Prefix, Prefix));

    [Fact]
    public void Fail_returns_the_kind() => Assert.Equal(FailureKind.Failed, LibrarySample.Fail(Prefix + "-gone"));

    private static string Code(string mark)
    {
        var source = File.ReadAllLines(Path.Join(
            RepositoryFolder.Path, "tests", "Firn.Tests", "Samples", "LibrarySample.cs"));
        var start = Array.FindIndex(source, line => line.Trim() == $"// <{mark}>");
        var end = Array.FindIndex(source, line => line.Trim() == $"// </{mark}>");
        return string.Concat(source[(start + 1)..end].Select(line => (line.Length > 8 ? line[8..] : line) + "\n"));
    }
}
