using System.Text.Json;
using Firn.Tests.Host.Binaries;

namespace Firn.Tests.Reports.Exports;

public sealed class AsimovMetadataTests
{
    [Fact]
    public void Run_has_asimovs_block_of_the_environment_and_its_times()
    {
        using var machine = new ExportMachine();
        machine.AddRun();

        using var document = JsonDocument.Parse(machine.Run("export", "MIMIC/train", "--format", "asimov").AssertDone().Output);

        var root = document.RootElement;
        Assert.Equal(("MIMIC", "train", "uploaded"), (Text(root, "event"), Text(root, "name"), Text(root, "status")));
        var environment = root.GetProperty("environment");
        Assert.True(environment.GetProperty("captured_at").GetBoolean());
        Assert.Equal("2026-03-01T12:30:15+00:00", Text(environment, "captured_time"));
        Assert.Equal(
            """{"metadata":"environment.json","pip":"environment-pip.txt"}""",
            JsonSerializer.Serialize(environment.GetProperty("files")));
        var firn = root.GetProperty("firn");
        Assert.Equal(("2026-11-20T10:00:00+00:00", "2026-11-20T10:01:30+00:00"), (Text(firn, "started"), Text(firn, "ended")));
        Assert.Equal(
            ["out/model 1%.pt", "outputs/environment.json", "ro-crate-metadata.json"],
            root.GetProperty("results").EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void Failed_run_is_stuck_and_results_alone_have_no_environment()
    {
        using var machine = new ExportMachine();
        machine.AddRun(succeeds: false);
        machine.AddResults();

        using var failed = JsonDocument.Parse(machine.Run("export", "MIMIC/train", "--format", "asimov").AssertDone().Output);
        using var results = JsonDocument.Parse(machine.Run("export", "190521/Prod0", "--format", "asimov").AssertDone().Output);

        Assert.Equal("stuck", Text(failed.RootElement, "status"));
        Assert.False(results.RootElement.TryGetProperty("environment", out _));
    }

    [SkippableFact]
    public void Names_of_digits_stay_names_for_pyyaml()
    {
        using var machine = new ExportMachine();
        machine.AddResults();
        File.WriteAllText(machine.At("p.yaml"), machine.Run("export", "190521/Prod0", "--format", "asimov").AssertDone().Output);

        var read = RealTool.Run(
            "python3",
            "-c",
            "import sys,yaml; d=yaml.safe_load(open(sys.argv[1])); r=d['results']['posterior.hdf5']; "
            + "print([type(v).__name__ for v in (d['event'], r['hash'], r['uuid'], d['firn']['stored'])])",
            machine.At("p.yaml"));
        if (read.Length == 0)
        {
            RealTool.Missing("python3 has no yaml");
        }

        Assert.Equal("['str', 'str', 'str', 'str']\n", read);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
