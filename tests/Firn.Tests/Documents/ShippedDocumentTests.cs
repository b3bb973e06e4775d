using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Firn.Archives.Documents;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Storage.Bundles;
using Firn.Tests.Archives.Documents;

namespace Firn.Tests.Documents;

/// <summary>
/// The documents of archives, bundles, restores and of the store's reports: every version ever shipped reads, the schemas
/// describe what is written, and each has a page.
/// </summary>
public sealed partial class ShippedDocumentTests
{
    [Theory]
    [InlineData("analysis")]
    [InlineData("archive")]
    [InlineData("archive-report")]
    [InlineData("bundle")]
    [InlineData("check")]
    [InlineData("doctor")]
    [InlineData("execution")]
    [InlineData("gc")]
    [InlineData("restore")]
    [InlineData("restored")]
    [InlineData("run-diff")]
    [InlineData("run-state")]
    [InlineData("stats")]
    [InlineData("status")]
    public void Schema_describes_what_firn_0_1_wrote(string name) => Assert.Empty(Undescribed(name, Bytes(name)));

    [Fact]
    public void Archive_schema_describes_every_member_of_a_full_document() =>
        Assert.Empty(Undescribed("archive", ArchiveWriter.Write(ArchiveDocumentTests.Sample())));

    [Fact]
    public void Version_1_of_an_archive_reads_and_is_written_as_it_was()
    {
        var document = ArchiveReader.Read(Bytes("archive"));

        Assert.Equal(Encoding.UTF8.GetString(Bytes("archive")), Encoding.UTF8.GetString(ArchiveWriter.Write(document)));
        Assert.Equal(("/opt/study", "3.12.1"), (document.Environment.Prefix, document.Base!.PythonVersion));
        var package = Assert.Single(document.Environment.Packages);
        Assert.Equal(("snow-depth", "etc/snow.cfg"), (package.Name, Assert.Single(package.Edited).Path));
        Assert.Equal("bin/snow", Assert.Single(package.Distribution!.Launchers).Path);
    }

    [Fact]
    public void Version_1_of_a_bundles_index_has_its_facts()
    {
        var index = BundleIndexReader.Read(Bytes("bundle"), withFiles: true);

        var package = Assert.Single(ArchiveReader.Read(Bytes("archive")).Environment.Packages);
        Assert.Equal(package.Bundle, index.Digest);
        Assert.Equal(package.FileCount, index.Files.Count);
        var script = index.Files.Single(file => file.Path == "bin/snow-tool");
        Assert.Equal(Sha256Digest.Of("#!python\nprint(\"tool\")\n"u8), script.Digest);
    }

    [Fact]
    public void Version_1_of_a_restores_note_has_its_facts()
    {
        using var folder = new TemporaryFolder();
        folder.Write(RestoreNote.FileName, Bytes("restore"));

        var files = RestoreNote.Read(folder.Path, out _)!.DigestsBelow(folder.Path);

        using var note = JsonDocument.Parse(Bytes("restore"));
        var relocated = note.RootElement.GetProperty("relocated").EnumerateObject().First();
        Assert.Equal(
            relocated.Value.GetProperty("sha256").GetString(),
            files[Path.Join(folder.Path, relocated.Name)].ToString());
    }

    [Theory]
    [InlineData("""{"schema":"firn.restore/1","relocated":{"o":{"s\ud856":[""]}}}""")]
    [InlineData("""{"schema":"firn.restore/1","relocated":{"o":{"sha256":"\ud856"}}}""")]
    [InlineData("""{"schema":"\ud856"}""")]
    public void Note_with_half_a_character_counts_as_none(string note)
    {
        using var folder = new TemporaryFolder();
        folder.Write(RestoreNote.FileName, note);

        Assert.Null(RestoreNote.Read(folder.Path, out _));
    }

    [Fact]
    public void Every_schema_of_the_sources_has_a_page()
    {
        var pages = string.Concat(Directory.EnumerateFiles(Formats, "*.md").Select(File.ReadAllText));

        var schemas = Directory.EnumerateFiles(Path.Join(RepositoryFolder.Path, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => SchemaName().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .Distinct()
            .ToList();

        Assert.True(schemas.Count > 10);
        Assert.DoesNotContain(schemas, schema => !pages.Contains($"`{schema}`", StringComparison.Ordinal));
    }

    private static string Formats => Path.Join(RepositoryFolder.Path, "docs", "formats");

    private static byte[] Bytes(string name) => File.ReadAllBytes(
        Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "documents", name + "-1.json"));

    private static List<string> Undescribed(string schema, byte[] bytes)
    {
        using var described = JsonDocument.Parse(File.ReadAllBytes(Path.Join(Formats, schema + ".schema.json")));
        using var document = JsonDocument.Parse(bytes);
        return new JsonSchema(described.RootElement.Clone()).Undescribed(document.RootElement);
    }

    [GeneratedRegex(@"""(firn\.[a-z-]+/[0-9]+)(?:\\n)?""")]
    private static partial Regex SchemaName();
}
