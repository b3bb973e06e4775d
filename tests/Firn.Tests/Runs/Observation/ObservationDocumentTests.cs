using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Runs.Observation;
using Firn.Tests.Documents;

namespace Firn.Tests.Runs.Observation;

/// <summary>The document <c>observation.json</c>.</summary>
public sealed class ObservationDocumentTests
{
    private static string Fixture { get; } =
        Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "documents", "observation-1.json");

    [Fact]
    public void Version_1_reads_and_is_written_as_it_was()
    {
        var observation = ObservationDocument.Read(File.ReadAllBytes(Fixture), Fixture);

        Assert.Equal(File.ReadAllText(Fixture), Encoding.UTF8.GetString(ObservationDocument.Write(observation)));
        Assert.Equal(2, observation.Processes.Length);
        Assert.Equal("-I", Assert.Single(observation.Processes, process => !process.IsObserved).Why);
        Assert.Contains(observation.Outside, file => file.Shadows == "snow");
        Assert.Equal(("1.1", "1.0"), (Assert.Single(observation.Used).Version, observation.Used[0].Captured));
        Assert.Equal(2, observation.OpenMpRuntimes.Length);
    }

    [Fact]
    public void Schema_describes_every_member()
    {
        using var described = JsonDocument.Parse(File.ReadAllBytes(
            Path.Join(RepositoryFolder.Path, "docs", "formats", "observation.schema.json")));
        using var document = JsonDocument.Parse(File.ReadAllBytes(Fixture));

        Assert.Empty(new JsonSchema(described.RootElement.Clone()).Undescribed(document.RootElement));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"schema":"firn.observation/2"}""")]
    [InlineData("""{"schema":"firn.observation/1","used":[{}]}""")]
    [InlineData("""{"schema":"firn.observation/1","processes":[{"executable":1}]}""")]
    public void Damaged_document_is_refused(string text) =>
        Assert.Throws<FirnException>(() => ObservationDocument.Read(Encoding.UTF8.GetBytes(text), "observation.json"));
}
