using Firn.EndToEnd.Support;

namespace Firn.EndToEnd;

/// <summary>
/// What <c>firn init</c> writes, against the tools that read it: the workflow by SchemaStore's schema, the container by
/// the reference implementation, <c>firn.yaml</c> by its own schema.
/// </summary>
public sealed class ProjectInitTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
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

    [SkippableFact]
    public void What_init_writes_is_valid_for_those_who_read_it()
    {
        Part.LinuxX64();
        using var folder = new TemporaryFolder();
        Install(folder);
        foreach (var kind in (string[])["bare", "pip", "conda"])
        {
            var project = Project(folder, kind);
            foreach (var container in (string[])["--devcontainer", "--devcontainer=guide"])
            {
                firn.Run("init", "--project", project, "--ci", "github", container, "--yes").MustReturn(0);
                var configuration = Tool(folder, "devcontainer",
                    "read-configuration", "--workspace-folder", project, "--docker-path", "/bin/true").MustReturn(0);
                Assert.Contains($"\"name\":\"{kind}\"", configuration.StandardOutput, StringComparison.Ordinal);
            }

            Tool(folder, "action-validator", Path.Join(project, ".github", "workflows", "firn.yml")).MustReturn(0);
            Validate(folder, Path.Join(project, "firn.yaml")).MustReturn(0);
        }
    }

    [SkippableFact]
    public void Validators_find_what_is_wrong()
    {
        Part.LinuxX64();
        using var folder = new TemporaryFolder();
        Install(folder);
        var project = Project(folder, "pip");
        firn.Run("init", "--project", project, "--ci", "github").MustReturn(0);
        var workflow = Path.Join(project, ".github", "workflows", "firn.yml");
        File.WriteAllText(workflow, File.ReadAllText(workflow).Replace("runs-on", "runs_on"));
        var wrong = folder.PathOf("wrong.yaml");
        File.WriteAllText(wrong, "analyses: {a/b: {comand: x}}\n");

        Assert.NotEqual(0, Tool(folder, "action-validator", workflow).ExitCode);
        Validate(folder, wrong).MustReturn(1);
    }

    private static string Project(TemporaryFolder folder, string kind)
    {
        var project = folder.PathOf(kind);
        Directory.CreateDirectory(Path.Join(project, "tests"));
        File.WriteAllText(Path.Join(project, "train.py"), "print('trained')\n");
        if (kind == "pip")
        {
            File.WriteAllText(Path.Join(project, "requirements.txt"), "numpy\n");
            File.WriteAllText(Path.Join(project, "pyproject.toml"), "[project]\nname = \"p\"\nversion = \"1\"\n");
        }
        else if (kind == "conda")
        {
            File.WriteAllText(Path.Join(project, "environment.yml"), "name: lab\ndependencies: [python=3.11]\n");
        }

        return project;
    }

    private static void Install(TemporaryFolder folder)
    {
        Part.Program("node");
        var runner = new ProcessRunner { WorkingDirectory = folder.Root, Timeout = TimeSpan.FromMinutes(3) };
        var result = runner.Run(
            Part.Program("npm"),
            ["install", "--no-audit", "--no-fund", "--silent", "--ignore-scripts", "--omit=optional", .. Packages]);
        Part.MustBePresent(result.ExitCode == 0, $"npm installs nothing here: {result.StandardError}");
        File.WriteAllText(folder.PathOf("validate.js"), Script);
    }

    private static ProcessResult Tool(TemporaryFolder folder, string name, params string[] arguments) =>
        new ProcessRunner { WorkingDirectory = folder.Root }.Run(folder.PathOf($"node_modules/.bin/{name}"), arguments);

    private static ProcessResult Validate(TemporaryFolder folder, string file) =>
        new ProcessRunner { WorkingDirectory = folder.Root }.Run(
            Part.Program("node"), "validate.js", Repository.PathOf("docs", "formats", "firn-yaml.schema.json"), file);
}
