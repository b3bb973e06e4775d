using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common.Json;

namespace Firn.Tests.Documents;

/// <summary>Every version of the document ever shipped reads.</summary>
public sealed class DocumentFixtureTests
{
    internal static string Fixture { get; } =
        Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "documents", "environment-1.json");

    [Fact]
    public void Version_1_reads_with_its_facts()
    {
        var capture = CaptureReader.ReadFile(Fixture).Capture;

        Assert.Equal("firn1:sha256:6bcb2d97845d776b1c6906938f1b99b82367ebaaa4d100a893a40448b1cfee1f", capture.EnvironmentId);
        Assert.Equal("3.11.7", capture.Environment.PythonVersion);
        Assert.Equal("demo", capture.Environment.CondaName);
        Assert.Equal(12, capture.Distributions.Length);
        Assert.Equal(10, capture.Conda!.Packages.Length);
        Assert.Equal("clob", Assert.Single(capture.Conda.Overwritten));
        Assert.Contains("numpy", capture.Distributions.Select(distribution => distribution.CanonicalName));
    }

    /// <summary>What was kept next to it: the files that the same capture wrote.</summary>
    [Theory]
    [InlineData(CaptureFileNames.Pip)]
    [InlineData(CaptureFileNames.Conda)]
    [InlineData(CaptureFileNames.CondaExplicit)]
    [InlineData(CaptureFileNames.System)]
    [InlineData(Capture.FileName)]
    public void Version_1_gives_its_files_again(string name)
    {
        var files = CaptureFiles.Create(CaptureReader.ReadFile(Fixture).Capture);

        var expected = name == Capture.FileName ? Fixture : Path.Join(Path.GetDirectoryName(Fixture), "environment-1", name);
        Assert.Equal(File.ReadAllBytes(expected), files.Single(file => file.Name == name).Content.ToArray());
    }

    [Fact]
    public void Members_of_a_later_version_are_kept()
    {
        var text = File.ReadAllText(Fixture).Replace(
            "\"platform\"", "\"later\": {\n    \"b\": 1\n  },\n  \"platform\"", StringComparison.Ordinal);

        var document = CaptureReader.Read(System.Text.Encoding.UTF8.GetBytes(text), "test");

        Assert.Contains(
            "\"later\": {\n    \"b\": 1\n  }",
            System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(document.Source)),
            StringComparison.Ordinal);
    }
}
