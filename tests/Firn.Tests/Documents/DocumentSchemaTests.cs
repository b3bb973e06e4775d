using System.Text.Json;
using Firn.Captures.Differences;
using Firn.Captures.Documents;
using Firn.Captures.Verification;

namespace Firn.Tests.Documents;

/// <summary>The schemas in docs/formats describe what the writers write.</summary>
public sealed class DocumentSchemaTests
{
    [Fact]
    public void Environment_schema_describes_every_member_of_a_full_document()
    {
        using var document = JsonDocument.Parse(CaptureWriter.Write(FullCapture.Create()));

        Assert.Empty(Schema("environment").Undescribed(document.RootElement));
    }

    [Fact]
    public void Environment_schema_describes_a_real_document()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(DocumentFixtureTests.Fixture));

        Assert.Empty(Schema("environment").Undescribed(document.RootElement));
    }

    [Fact]
    public void Undescribed_finds_unknown_members_wrong_types_and_missing_members()
    {
        using var document = JsonDocument.Parse("""{"schema": "firn.environment/2", "host": {"unknown": 1}, "platform": 1}""");

        var found = Schema("environment").Undescribed(document.RootElement);

        Assert.Contains("$.schema = firn.environment/2", found);
        Assert.Contains("$.host.unknown", found);
        Assert.Contains("$.platform is Number", found);
        Assert.Contains("$.environment_id is missing", found);
    }

    [Fact]
    public void Full_document_reads_back_and_writes_the_same_bytes()
    {
        var written = CaptureWriter.Write(FullCapture.Create());

        Assert.Equal(written, CaptureWriter.Write(CaptureReader.Read(written, "test").Capture));
    }

    [Fact]
    public void Diff_schema_describes_the_differences_document()
    {
        var first = FullCapture.Create();
        var second = first with { Distributions = [], EnvironmentId = first.EnvironmentId.Replace('a', 'b'), Variables = [] };
        using var document = JsonDocument.Parse(DifferencesWriter.Write(CaptureComparer.Compare(first, second)));

        Assert.Empty(Schema("diff").Undescribed(document.RootElement));
        Assert.NotEmpty(document.RootElement.GetProperty("differences").EnumerateArray());
    }

    [Fact]
    public void Verification_schema_describes_the_document()
    {
        var difference = new Difference(DifferenceKind.Package, DifferenceChange.Changed, "snow", "1", "2");
        using var document = JsonDocument.Parse(VerificationWriter.Write(new VerificationResult
        {
            CapturedId = "firn1:sha256:a",
            ObservedId = "firn1:sha256:b",
            Prefix = "/env",
            Differences = [difference],
            Notes = [difference],
            Files = [new FileDifference("/env/a", "snow", FileState.Edited, "sha256=x", "sha256:y")],
            ReadsData = true,
        }));

        Assert.Empty(Schema("verification").Undescribed(document.RootElement));
    }

    /// <summary>The reference implementation of JSON Schema in Python, where it is there.</summary>
    [SkippableFact]
    public void Python_jsonschema_accepts_the_documents()
    {
        Part.Require("/usr/bin/python3");
        Skip.IfNot(
            Environment.GetEnvironmentVariable("FIRN_REQUIRE_PARTS") == "1" || HasJsonSchema(), "python3-jsonschema is missing");
        using var folder = new TemporaryFolder();
        var full = folder.Write("full.json", CaptureWriter.Write(FullCapture.Create()));

        Part.Run(
            "/usr/bin/python3", "-c",
            """
            import json, jsonschema, sys
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            for path in sys.argv[2:]:
                jsonschema.Draft202012Validator(schema).validate(json.load(open(path)))
            """,
            SchemaPath("environment"), full, DocumentFixtureTests.Fixture);
    }

    private static bool HasJsonSchema() =>
        Part.Run("/usr/bin/python3", "-c", "import importlib.util; print(importlib.util.find_spec('jsonschema'))")
            .Trim() != "None";

    private static JsonSchema Schema(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SchemaPath(name)));
        return new JsonSchema(document.RootElement.Clone());
    }

    private static string SchemaPath(string name) =>
        Path.Join(RepositoryFolder.Path, "docs", "formats", name + ".schema.json");
}
