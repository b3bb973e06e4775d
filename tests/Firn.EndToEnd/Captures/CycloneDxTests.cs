using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Captures;

/// <summary>Bills of materials against CycloneDX's own schema, by its own rules for formats.</summary>
public sealed class CycloneDxTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    // Versions that were tested together; the library brings the schemas.
    private static readonly string[] Packages =
    [
        "@cyclonedx/cyclonedx-library@10.3.0", "ajv@8.17.1", "ajv-formats@3.0.1", "ajv-formats-draft2019@1.6.1",
    ];

    private const string Script = """
        const fs = require("fs");
        const Ajv = require("ajv");
        const schemas = "./node_modules/@cyclonedx/cyclonedx-library/res/schema/";
        const read = name => JSON.parse(fs.readFileSync(schemas + name + ".SNAPSHOT.schema.json", "utf8"));
        const ajv = new Ajv({ strict: false, allErrors: true });
        require("ajv-formats")(ajv);
        require("ajv-formats-draft2019")(ajv);
        ajv.addSchema(read("jsf-0.82"), "http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json");
        ajv.addSchema(read("spdx"), "http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json");
        const validate = ajv.compile(read("bom-1.6"));
        let failed = 0;
        for (const file of process.argv.slice(2)) {
            if (!validate(JSON.parse(fs.readFileSync(file, "utf8")))) {
                failed = 1;
                console.error(file, JSON.stringify(validate.errors.slice(0, 20), null, 1));
            }
        }
        process.exit(failed);
        """;

    [SkippableFact]
    public void Export_cyclonedx_is_valid_by_the_official_schema()
    {
        Part.LinuxX64();
        using var folder = new TemporaryFolder();
        InstallValidator(folder);
        using var conda = new CondaPrefix();
        using var plain = new PlainEnvironment();
        var odd = plain.AddDistribution("odd");
        File.WriteAllText(odd + "/METADATA", "Metadata-Version: 2.1\nName: O\"dd &name\nVersion: not a version\nLicense: Some words\n");
        File.WriteAllText(odd + "/direct_url.json", """{"url":"https://example.org/a b/odd.whl?x=ä","archive_info":{"hash":"md5=00"}}""");
        var project = SourceProject.Modern(plain.Root + "/project dir", "edited", "git@example.org:some/p.git");
        plain.AddEditable("edited", "file://" + project, project);
        var files = new List<string>();
        foreach (var source in (string[])[conda.Prefix, plain.Prefix, RealPython.Of("system"), .. Pyenv()])
        {
            var file = folder.PathOf($"bom-{files.Count}.json");
            File.WriteAllText(file, firn.Run("export", source, "--format", "cyclonedx").MustReturn(0).StandardOutput);
            files.Add(file);
        }

        var bad = folder.PathOf("bad.json");
        File.WriteAllText(bad, File.ReadAllText(files[0]).Replace("\"type\": \"library\"", "\"type\": \"no such type\""));

        Validate(folder, files).MustReturn(0);
        Validate(folder, [bad]).MustReturn(1);
    }

    private static IEnumerable<string> Pyenv() => [RealPython.Of("2.7"), RealPython.Of("3.11"), RealPython.Of("3.13")];

    private static void InstallValidator(TemporaryFolder folder)
    {
        NodePackages.Install(folder, Packages);
        File.WriteAllText(folder.PathOf("validate.js"), Script);
    }

    private static ProcessResult Validate(TemporaryFolder folder, IEnumerable<string> files) =>
        new ProcessRunner { WorkingDirectory = folder.Root }.Run(Part.Program("node"), ["validate.js", .. files]);
}
