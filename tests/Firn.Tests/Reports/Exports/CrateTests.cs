using System.Text.Json;
using Firn.Cli;
using Firn.Common;
using Firn.Tests.Host.Binaries;

namespace Firn.Tests.Reports.Exports;

public sealed class CrateTests
{
    /// <summary>References that no node of a crate is: the specification itself, and words of schema.org.</summary>
    private static readonly string[] Outside =
    [
        "https://w3id.org/ro/crate/1.1", "http://schema.org/CompletedActionStatus", "http://schema.org/FailedActionStatus",
    ];

    private const string Script = """
        const fs = require("fs");
        const path = require("path");
        // The contexts without a network: the package brings RO-Crate's, and the other one only adds terms.
        const context = JSON.parse(fs.readFileSync(path.join(__dirname, "node_modules/ro-crate/lib/context.json"), "utf8"));
        const added = { "@context": { sha256: "https://w3id.org/ro/terms/workflow-run#sha256" } };
        globalThis.fetch = async url => ({ ok: true, json: async () => url === "https://w3id.org/ro/crate/1.1/context" ? context : added });
        const { ROCrate, Validator } = require("ro-crate");
        const folder = process.argv[2];
        const text = fs.readFileSync(path.join(folder, "ro-crate-metadata.json"), "utf8");
        const crate = new ROCrate(JSON.parse(text), { array: true, link: true });
        const fail = message => { console.log(message); process.exitCode = 1; };
        if (crate.rootDataset["@id"] !== "./" || crate.rootDataset.name[0] !== process.argv[3]) fail("no root");
        for (const part of crate.rootDataset.hasPart) {
            const file = path.join(folder, decodeURIComponent(part["@id"]));
            if (!fs.existsSync(file)) fail("no file " + part["@id"]);
            else if (String(fs.statSync(file).size) !== String(part.contentSize[0])) fail("size of " + part["@id"]);
        }
        const actions = (crate.rootDataset.mentions || []).map(action => action.instrument[0].name[0]);
        (async () => {
            const validator = new Validator();
            validator.parseJSON(text);
            await validator.crate.resolveContext();
            await validator.validate();
            if (validator.results.length < 5) fail("nothing was validated");
            for (const one of validator.results.filter(one => one.status !== "success")) fail(JSON.stringify(one));
            console.log("opened " + actions.join());
        })().catch(error => fail(String(error)));
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_is_a_process_run_crate_whose_references_all_lead_somewhere(bool succeeds)
    {
        using var machine = new ExportMachine();
        machine.AddRun(succeeds);
        machine.Run("export", "MIMIC/train", "--format", "ro-crate", "-o", "crate", "--license", "MIT", "--author", "Ana").AssertDone();

        var nodes = Nodes(machine.At("crate"));

        Assert.DoesNotContain(References(nodes), id => !nodes.ContainsKey(id) && !Outside.Contains(id));
        var root = nodes["./"];
        Assert.Equal("https://w3id.org/ro/wfrun/process/0.5", Id(root, "conformsTo"));
        Assert.Equal("https://spdx.org/licenses/MIT", Id(root, "license"));
        Assert.Equal("2026-11-20T11:00:00+00:00", root.GetProperty("datePublished").GetString());
        var action = nodes[Id(root, "mentions")];
        Assert.Equal("CreateAction", action.GetProperty("@type").GetString());
        Assert.Equal("python study/train.py --model mlp --note 'it'\\''s two'", action.GetProperty("description").GetString());
        Assert.Equal("study/train.py", nodes[Id(action, "instrument")].GetProperty("name").GetString());
        Assert.Equal(
            succeeds ? "http://schema.org/CompletedActionStatus" : "http://schema.org/FailedActionStatus", Id(action, "actionStatus"));
        Assert.Equal(!succeeds, action.TryGetProperty("error", out _));
        Assert.Equal("Ana", nodes[Id(action, "agent")].GetProperty("name").GetString());
    }

    [Fact]
    public void Outputs_are_there_inputs_are_named_and_secrets_and_places_are_not()
    {
        using var machine = new ExportMachine();
        machine.AddRun();
        machine.Run("export", "MIMIC/train@1", "--format", "ro-crate", "-o", "crate", "--license", "MIT").AssertDone();

        var nodes = Nodes(machine.At("crate"));
        var action = nodes[Id(nodes["./"], "mentions")];

        Assert.Equal(
            ["out/model%201%25.pt", "outputs/environment.json", "outputs/ro-crate-metadata.json"],
            Ids(action, "result").Order(StringComparer.Ordinal));
        Assert.Equal("weights", File.ReadAllText(machine.At("crate/out/model 1%.pt")));
        var input = nodes[Assert.Single(Ids(action, "object"))];
        Assert.Equal("#input/data/patients%20%231.csv", input.GetProperty("@id").GetString());
        Assert.Equal(Sha256Digest.Of("patients"u8).Hex, input.GetProperty("sha256").GetString());
        Assert.False(Path.Exists(machine.At("crate/data")));
        var variables = Ids(action, "environment").ToDictionary(
            id => nodes[id].GetProperty("name").GetString()!, id => nodes[id].GetProperty("value").GetString());
        Assert.Equal("2", variables["OMP_NUM_THREADS"]);
        Assert.Equal("0", variables["PYTHONHASHSEED"]);
        Assert.DoesNotContain("PATH", variables.Keys);
        Assert.DoesNotContain("API_TOKEN", variables.Keys);
        Assert.DoesNotContain("MKL_NUM_THREADS", variables.Keys);
        Assert.DoesNotContain("s3cret", File.ReadAllText(machine.At("crate/ro-crate-metadata.json")), StringComparison.Ordinal);
        var software = Ids(nodes["#application"], "softwareRequirements");
        Assert.Contains("#python", software);
        Assert.Contains("#conda-numpy", software);
        Assert.Contains("CycloneDX", File.ReadAllText(machine.At("crate/environment.cdx.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Results_without_a_command_claim_no_process()
    {
        using var machine = new ExportMachine();
        machine.AddResults();
        var run = machine.Run("export", "190521/Prod0", "--format", "ro-crate", "-o", "crate");

        var nodes = Nodes(machine.At("crate"));

        Assert.Equal(ExitCodes.Done, run.ExitCode);
        Assert.Contains("states no licence", Assert.Single(run.Messages), StringComparison.Ordinal);
        Assert.False(nodes["./"].TryGetProperty("conformsTo", out _));
        Assert.DoesNotContain(nodes.Values, node => node.GetProperty("@type").ToString() == "CreateAction");
        Assert.Equal(["posterior.hdf5"], Ids(nodes["./"], "hasPart"));
        Assert.DoesNotContain(References(nodes), id => !nodes.ContainsKey(id) && !Outside.Contains(id));
    }

    [Fact]
    public void Damaged_file_leaves_no_crate()
    {
        using var machine = new ExportMachine();
        machine.AddRun();
        var path = machine.ObjectOf("weights");
        File.Delete(path);
        File.WriteAllText(path, "weighty");

        var run = machine.Run("export", "MIMIC/train", "--format", "ro-crate", "-o", "crate");

        Assert.Equal(ExitCodes.Different, run.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(machine.At("")));
    }

    [Fact]
    public void Folder_that_holds_something_is_refused()
    {
        using var machine = new ExportMachine();
        machine.AddRun();
        Directory.CreateDirectory(machine.At("crate"));
        File.WriteAllText(machine.At("crate/mine"), "");

        machine.Run("export", "MIMIC/train", "--format", "ro-crate", "-o", "crate").AssertFailed("is there already");

        Assert.Equal(["mine"], Directory.EnumerateFileSystemEntries(machine.At("crate")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("MIMIC/train --format ro-crate", "-o DIR")]
    [InlineData("MIMIC/train --format asimov -o x", "belong to --format ro-crate")]
    [InlineData("MIMIC/train --format pip --license MIT", "belong to --format ro-crate")]
    [InlineData("--format asimov", "none is named")]
    [InlineData("MIMIC --format asimov", "is not an analysis")]
    [InlineData("MIMIC/train -n lab --format asimov", "-n names an environment")]
    public void Wrong_command_line_is_refused(string line, string named)
    {
        using var machine = new ExportMachine();
        machine.AddRun();

        machine.Run(["export", .. line.Split(' ')]).AssertUsage(named);
    }

    [SkippableFact]
    public void Crates_open_with_the_npm_package()
    {
        using var machine = new ExportMachine();
        machine.AddRun();
        machine.AddResults();
        machine.Run("export", "MIMIC/train", "--format", "ro-crate", "--license", "MIT", "-o", "run").AssertDone();
        machine.Run("export", "190521/Prod0", "--format", "ro-crate", "--license", "CC-BY-4.0", "-o", "results").AssertDone();
        RealTool.Run(
            "npm", "install", "--prefix", machine.At(""), "--no-audit", "--no-fund", "--silent", "--ignore-scripts", "ro-crate@3.7.2");
        if (!Directory.Exists(machine.At("node_modules/ro-crate")))
        {
            RealTool.Missing("npm installs nothing here");
        }

        File.WriteAllText(machine.At("check.js"), Script);

        Assert.Equal("opened study/train.py\n", RealTool.Run("node", machine.At("check.js"), machine.At("run"), "MIMIC/train@1"));
        Assert.Equal("opened \n", RealTool.Run("node", machine.At("check.js"), machine.At("results"), "190521/Prod0@1"));
        Assert.StartsWith("no root", RealTool.Run("node", machine.At("check.js"), machine.At("run"), "other"), StringComparison.Ordinal);
    }

    private static Dictionary<string, JsonElement> Nodes(string folder)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Join(folder, "ro-crate-metadata.json")));
        return document.RootElement.GetProperty("@graph").EnumerateArray()
            .ToDictionary(node => node.GetProperty("@id").GetString()!, node => node.Clone());
    }

    private static IEnumerable<string> References(Dictionary<string, JsonElement> nodes) =>
        nodes.Values.SelectMany(node => node.EnumerateObject()).SelectMany(member => References(member.Value));

    private static IEnumerable<string> References(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => [value.GetProperty("@id").GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static string Id(JsonElement node, string member) => node.GetProperty(member).GetProperty("@id").GetString()!;

    private static IEnumerable<string> Ids(JsonElement node, string member) => References(node.GetProperty(member));
}
