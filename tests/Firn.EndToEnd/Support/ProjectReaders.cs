namespace Firn.EndToEnd.Support;

/// <summary>Those who read what <c>firn init</c> writes, installed once for the tests of a class.</summary>
public sealed class ProjectReaders : IDisposable
{
    // action-validator brings SchemaStore's schema of GitHub's workflows.
    private static readonly string[] Packages =
    [
        "@action-validator/core@0.6.0", "@action-validator/cli@0.6.0", "@devcontainers/cli@0.89.0", "ajv@8.17.1", "yaml@2.5.1",
    ];

    private const string Script = """
        const fs = require("fs"), YAML = require("yaml"), Ajv = require("ajv");
        const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(fs.readFileSync(process.argv[2], "utf8")));
        let failed = 0;
        for (const file of process.argv.slice(3)) {
            if (!validate(YAML.parse(fs.readFileSync(file, "utf8")))) {
                failed = 1;
                console.error(file, JSON.stringify(validate.errors.slice(0, 20), null, 1));
            }
        }
        process.exit(failed);
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<ProcessRunner> _installed;

    public ProjectReaders() => _installed = new Lazy<ProcessRunner>(Install);

    /// <summary>Runs a program of the packages.</summary>
    internal ProcessResult Run(string name, params IEnumerable<string> arguments) =>
        _installed.Value.Run(_folder.PathOf($"node_modules/.bin/{name}"), arguments);

    /// <summary>Holds YAML against one of the schemas of <c>docs/formats</c>.</summary>
    internal ProcessResult Validate(string schema, string file) => _installed.Value.Run(
        Part.Program("node"), "validate.js", Repository.PathOf("docs", "formats", schema), file);

    public void Dispose() => _folder.Dispose();

    private ProcessRunner Install()
    {
        NodePackages.Install(_folder, Packages);
        File.WriteAllText(_folder.PathOf("validate.js"), Script);
        return new ProcessRunner { WorkingDirectory = _folder.Root };
    }
}
