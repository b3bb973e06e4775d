using System.Reflection;
using System.Text.Json;
using Firn.Reports.Diagnosis;
using Firn.Tests.Documents;

namespace Firn.Tests.Reports.Diagnosis;

/// <summary>The document of <c>firn doctor --json</c>, and the page that explains its codes.</summary>
public sealed class DiagnosisDocumentTests
{
    [Fact]
    public void Page_has_a_section_for_every_code_and_no_other()
    {
        var sections = File.ReadAllLines(Path.Join(RepositoryFolder.Path, "docs", "doctor.md"))
            .Where(line => line.StartsWith("### ", StringComparison.Ordinal))
            .Select(line => line[4..])
            .Order(StringComparer.Ordinal);

        Assert.Equal(DiagnosisCodes.All.Order(StringComparer.Ordinal), sections);
    }

    [Fact]
    public void List_of_codes_is_complete()
    {
        var constants = typeof(DiagnosisCodes).GetFields(BindingFlags.Static | BindingFlags.Public)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(constants, DiagnosisCodes.All);
    }

    [Fact]
    public void Schema_describes_every_member()
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("torch", "2.5.1+cu124", ("torch/lib/libomp.so", DoctorMachine.OpenMp()));
        machine.Install("mkl", "1", ("mkl/libiomp5.so", DoctorMachine.OpenMp()));
        var report = machine.Examine();
        var full = report with
        {
            Findings =
            [
                .. report.Findings,
                report.Findings[0] with { Places = [new FindingPlace("/usr/lib/libgomp.so.1", null) { UsedBy = ["snow"] }] },
            ],
        };

        using var document = JsonDocument.Parse(DiagnosisWriter.Write(full));

        Assert.Empty(Schema().Undescribed(document.RootElement));
        Assert.Equal(2, document.RootElement.GetProperty("counts").GetProperty("error").GetInt32());
    }

    private static JsonSchema Schema()
    {
        using var schema = JsonDocument.Parse(
            File.ReadAllBytes(Path.Join(RepositoryFolder.Path, "docs", "formats", "doctor.schema.json")));
        return new JsonSchema(schema.RootElement.Clone());
    }
}
