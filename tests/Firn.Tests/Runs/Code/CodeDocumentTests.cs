using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Runs.Code;
using Firn.Storage.Contents;
using Firn.Tests.Documents;

namespace Firn.Tests.Runs.Code;

public sealed class CodeDocumentTests
{
    private static readonly Sha256Digest Digest = Sha256Digest.Of("x"u8);

    private static readonly CodeDocument Document = new(
        [
            new CodeFile("a b/ü.py", CodeFileKind.File, Digest, 1, null),
            new CodeFile("link", CodeFileKind.Link, null, 0, "../elsewhere"),
            new CodeFile("run.sh", CodeFileKind.Executable, Sha256Digest.Of("y"u8), 1, null),
            new CodeFile("same.py", CodeFileKind.File, Digest, 1, null),
        ],
        [new CodeLeftOut("big.bin", "it is larger than 100 MiB")]);

    [Fact]
    public void What_is_written_is_read_and_written_again()
    {
        var bytes = Document.Write();

        var again = CodeDocument.Read(bytes, "code");

        Assert.Equal<CodeFile>(Document.Files, again.Files);
        Assert.Equal<CodeLeftOut>(Document.LeftOut, again.LeftOut);
        Assert.Equal(bytes, again.Write());
    }

    [Fact]
    public void Schema_describes_every_member()
    {
        using var described = JsonDocument.Parse(File.ReadAllBytes(
            Path.Join(RepositoryFolder.Path, "docs", "formats", "code.schema.json")));
        using var document = JsonDocument.Parse(Document.Write());

        Assert.Empty(new JsonSchema(described.RootElement.Clone()).Undescribed(document.RootElement));
    }

    [Fact]
    public void A_collection_sees_each_object_once()
    {
        var needed = ArchiveReferences.Read(Document.Write());

        Assert.Empty(needed.Bundles);
        Assert.Equal(2, needed.Objects.Length);
        Assert.Contains(Digest, needed.Objects);
    }

    [Theory]
    [InlineData("\"path\": \"link\"", "\"path\": \"../link\"")]
    [InlineData("\"path\": \"run.sh\"", "\"path\": \"/etc/run.sh\"")]
    [InlineData("\"path\": \"run.sh\"", "\"path\": \"a/./b\"")]
    [InlineData("\"path\": \"run.sh\"", "\"path\": 7")]
    [InlineData("\"kind\": \"executable\"", "\"kind\": \"device\"")]
    [InlineData("\"target\": \"../elsewhere\"", "\"target\": \"\"")]
    [InlineData("\"target\": \"../elsewhere\"", "\"target\": \"a\\u0000b\"")]
    [InlineData("\"target\": \"../elsewhere\"", "\"target\": null")]
    [InlineData("\"size\": 1", "\"size\": -1")]
    [InlineData("\"size\": 1", "\"size\": 1e400")]
    [InlineData("\"sha256\": \"", "\"sha256\": \"zz")]
    [InlineData("firn.code/1", "firn.code/2")]
    public void Hostile_document_is_refused(string from, string to)
    {
        var text = Encoding.UTF8.GetString(Document.Write());
        Assert.Contains(from, text, StringComparison.Ordinal);

        Assert.Throws<FirnException>(() => CodeDocument.Read(Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)), "code"));
    }
}
