using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>
/// What <c>firn init</c> writes, against the tools that read it: the workflow by SchemaStore's schema, the container by
/// the reference implementation, <c>firn.yaml</c> by its own schema.
/// </summary>
public sealed class ProjectInitTests(PublishedFirn firn, ProjectReaders readers)
    : IClassFixture<PublishedFirn>, IClassFixture<ProjectReaders>
{
    [SkippableFact]
    public void What_init_writes_is_valid_for_those_who_read_it()
    {
        Part.LinuxX64();
        using var folder = new TemporaryFolder();
        foreach (var kind in (string[])["bare", "pip", "conda"])
        {
            var project = Project(folder, kind);
            foreach (var container in (string[])["--devcontainer", "--devcontainer=guide"])
            {
                firn.Run("init", "--project", project, "--ci", "github", container, "--yes").MustReturn(0);
                var configuration = readers.Run(
                    "devcontainer", "read-configuration", "--workspace-folder", project, "--docker-path", "/bin/true")
                    .MustReturn(0);
                Assert.Contains($"\"name\":\"{kind}\"", configuration.StandardOutput, StringComparison.Ordinal);
            }

            readers.Run("action-validator", Path.Join(project, ".github", "workflows", "firn.yml")).MustReturn(0);
            readers.Validate("firn-yaml.schema.json", Path.Join(project, "firn.yaml")).MustReturn(0);
        }
    }

    [SkippableFact]
    public void Validators_find_what_is_wrong()
    {
        Part.LinuxX64();
        using var folder = new TemporaryFolder();
        var project = Project(folder, "pip");
        firn.Run("init", "--project", project, "--ci", "github").MustReturn(0);
        var workflow = Path.Join(project, ".github", "workflows", "firn.yml");
        File.WriteAllText(workflow, File.ReadAllText(workflow).Replace("runs-on", "runs_on"));
        var wrong = folder.PathOf("wrong.yaml");
        File.WriteAllText(wrong, "analyses: {a/b: {comand: x}}\n");

        Assert.NotEqual(0, readers.Run("action-validator", workflow).ExitCode);
        readers.Validate("firn-yaml.schema.json", wrong).MustReturn(1);
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
}
