using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;
using Firn.Storage;
using Firn.Storage.Layout;
using Firn.Storage.Records;
using Firn.Storage.Results;
using Firn.Tests.Documents;
using Firn.Tests.Storage.Records;

namespace Firn.Tests.Storage;

/// <summary>Every version of the store's documents ever shipped reads, and the schemas describe what is written.</summary>
public sealed class StoreDocumentTests
{
    [Theory]
    [InlineData("run-1")]
    [InlineData("run-1-tombstone")]
    public void Run_records_read_and_are_written_as_they_were(string name)
    {
        var bytes = Bytes(name);

        Assert.True(RecordChecksum.IsIntact(bytes));
        Assert.Equal(bytes, RunRecordJson.Write(RunRecordJson.Read(bytes, name)));
        Assert.Empty(Undescribed("run", bytes));
    }

    [Theory]
    [InlineData("archived-1")]
    [InlineData("archived-1-tombstone")]
    public void Archive_records_read_and_are_written_as_they_were(string name)
    {
        var bytes = Bytes(name);

        Assert.True(RecordChecksum.IsIntact(bytes));
        Assert.Equal(bytes, ArchivedRecordJson.Write(ArchivedRecordJson.Read(bytes, name)));
        Assert.Empty(Undescribed("archived", bytes));
    }

    [Fact]
    public void Version_1_of_a_run_has_its_facts()
    {
        var run = RunRecordJson.Read(Bytes("run-1"), "run-1");

        Assert.Equal(("GW150914", "Prod0", 2, RunStatus.Failed), (run.Subject, run.Name, run.Number, run.Status));
        Assert.Equal(["plots/corner.png", "posterior.dat"], run.Resources.Select(resource => resource.Name));
        Assert.Equal(Sha256Digest.Of("1 2 3\n"u8), run.Resources[1].Digest);
        Assert.Equal(1, RunRecordJson.Read(Bytes("run-1-tombstone"), "run-1-tombstone").Forgets);
    }

    [Fact]
    public void Version_1_of_a_store_reads_and_is_written_as_it_was()
    {
        var bytes = Bytes("store-1");
        var description = StoreDescriptionJson.Read(bytes, "store-1");

        Assert.Equal("lab", description.Name);
        Assert.Equal(bytes, StoreDescriptionJson.Write(description));
        Assert.Empty(Undescribed("store", bytes));
    }

    [Fact]
    public void Schemas_describe_every_member_of_full_documents()
    {
        Assert.Empty(Undescribed("run", RecordChecksum.Add(RunRecordJson.Write(SampleRecords.Run))));
        Assert.Empty(Undescribed("run", RecordChecksum.Add(RunRecordJson.Write(SampleRecords.Tombstone))));
        Assert.Empty(Undescribed("archived", RecordChecksum.Add(ArchivedRecordJson.Write(SampleRecords.Archived))));
        Assert.Empty(Undescribed("archived", RecordChecksum.Add(ArchivedRecordJson.Write(SampleRecords.ArchivedTombstone))));
        Assert.Empty(Undescribed("results", Bytes("results-1")));
    }

    [Fact]
    public void The_list_of_results_is_as_it_was()
    {
        using var folder = new TemporaryFolder();
        var store = Store.OpenOrCreate(folder["store"], TimeProvider.System);
        var chain = store.Analysis("GW150914", "Prod0");
        using var list = JsonDocument.Parse(Bytes("results-1"));
        var first = list.RootElement.GetProperty("analyses")[0].GetProperty("runs")[0];
        var run = RunRecordJson.Read(Bytes("run-1"), "run-1");
        // The first record is known by what the list says of it.
        var written = RunRecordJson.Write(run with
        {
            Number = 1,
            Previous = null,
            Status = RunStatus.Succeeded,
            Created = DateTimeOffset.Parse(first.GetProperty("created").GetString()!, System.Globalization.CultureInfo.InvariantCulture),
            Extra = ExtraMembers.None,
            Resources = [run.Resources[1] with { Uuid = first.GetProperty("resources")[0].GetProperty("uuid").GetString()! }],
        });
        foreach (var bytes in new[] { written, Bytes("run-1"), Bytes("run-1-tombstone") })
        {
            chain.Append((_, _) => bytes, CancellationToken.None);
        }

        Assert.Equal(
            Encoding.UTF8.GetString(Bytes("results-1")),
            Encoding.UTF8.GetString(ResultsDocument.Write(new StoreListing(store).Analyses())));
    }

    private static byte[] Bytes(string name) =>
        File.ReadAllBytes(Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "documents", name + ".json"));

    private static List<string> Undescribed(string schema, byte[] bytes)
    {
        using var described = JsonDocument.Parse(
            File.ReadAllBytes(Path.Join(RepositoryFolder.Path, "docs", "formats", schema + ".schema.json")));
        using var document = JsonDocument.Parse(bytes);
        return new JsonSchema(described.RootElement.Clone()).Undescribed(document.RootElement);
    }
}
