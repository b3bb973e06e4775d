using Firn.Cli;
using Firn.Cli.Output;
using Firn.Projects;

namespace Firn.Tests.Cli;

/// <summary><c>firn init</c>: new files are written, those that are there are changed only after their difference was shown.</summary>
public sealed class InitCommandTests : IDisposable
{
    private readonly CommandMachine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void New_project_is_valid_and_ignored_by_git()
    {
        _machine.Virtual("home/work/project/.venv");
        Directory.CreateDirectory(At(".git"));
        File.WriteAllText(At("train.py"), string.Empty);

        var run = _machine.Run("init").AssertDone();

        Assert.Contains("wrote firn.yaml\nwrote .gitignore\n", run.Output, StringComparison.Ordinal);
        var project = ProjectReader.Read(_machine.Current);
        Assert.Equal("project/train", Assert.Single(project.Analyses).Reference);
        Assert.Equal(".venv", project.Environment!.Value);
        Assert.Equal(".firn/\n", File.ReadAllText(At(".gitignore")));
        // The first line of firn.yaml names it for editors.
        Assert.Equal(
            File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "formats", "firn-yaml.schema.json")),
            File.ReadAllText(At(File.ReadLines(At("firn.yaml")).First().Split('=')[1])));
    }

    [Fact]
    public void Beside_an_installation_its_image_is_suggested()
    {
        File.WriteAllText(At("requirements.txt"), "alpha\n");
        _machine.Run("image", "init", "--platform", "amd64").AssertDone();

        _machine.Run("init").AssertDone();

        var text = File.ReadAllText(At("firn.yaml"));
        Assert.Contains("# In the image of the installation, after `firn image build`:\n# environment: {image: docker-amd64-cuda}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(".venv", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Second_init_changes_nothing()
    {
        File.WriteAllText(At("firn.yaml"), "name: mine\n");
        _machine.Run("init", "--ci", "github").AssertDone();
        var before = Directory.GetFiles(_machine.Current, "*", SearchOption.AllDirectories)
            .ToDictionary(file => file, File.GetLastWriteTimeUtc);

        var run = _machine.Run("init", "--ci", "github").AssertDone();

        Assert.Equal("is there already: firn.yaml\nis there already: .github/workflows/firn.yml\n", run.Output);
        Assert.Equal("name: mine\n", File.ReadAllText(At("firn.yaml")));
        Assert.All(before, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
    }

    [SkippableTheory]
    [InlineData(".firn")]
    [InlineData("firn.yaml")]
    [InlineData(".github")]
    [InlineData(".github/workflows")]
    public void Nothing_is_written_through_a_link(string link)
    {
        Skip.If(OperatingSystem.IsWindows());
        var outside = Directory.CreateDirectory(At("../outside")).FullName;
        Directory.CreateDirectory(Path.GetDirectoryName(At(link))!);
        File.CreateSymbolicLink(At(link), link == "firn.yaml" ? Path.Join(outside, "none") : outside);

        var run = _machine.Run("init", "--ci", "github", "--yes");

        run.AssertFailed($"{At(link)} is a link to {outside}");
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
        Assert.NotNull(new FileInfo(At(link)).LinkTarget);
    }

    [Fact]
    public void Gitignore_is_changed_with_its_difference_shown()
    {
        File.WriteAllText(At(".gitignore"), "*.pyc\n");

        var run = _machine.Run("init").AssertDone();

        Assert.Contains("--- a/.gitignore\n+++ b/.gitignore\n@@ -1,1 +1,2 @@\n *.pyc\n+.firn/\n", run.Output, StringComparison.Ordinal);
        Assert.Equal("*.pyc\n.firn/\n", File.ReadAllText(At(".gitignore")));
    }

    [Fact]
    public void File_that_exists_needs_yes()
    {
        Workflow("mine\n");

        var refused = _machine.Run("init", "--ci", "github");

        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.Contains("\n-mine\n", refused.Output, StringComparison.Ordinal);
        Assert.Contains("nothing was written", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--yes", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(At("firn.yaml")));
        Assert.Equal("mine\n", File.ReadAllText(At(".github/workflows/firn.yml")));

        var agreed = _machine.Run("init", "--ci", "github", "--yes").AssertDone();

        Assert.Contains("\n-mine\n", agreed.Output, StringComparison.Ordinal);
        Assert.Contains("changed .github/workflows/firn.yml\n", agreed.Output, StringComparison.Ordinal);
        Assert.StartsWith("# A smoke test", File.ReadAllText(At(".github/workflows/firn.yml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y\n", ExitCodes.Done)]
    [InlineData("YES\n", ExitCodes.Done)]
    [InlineData("n\n", ExitCodes.Failed)]
    [InlineData("\n", ExitCodes.Failed)]
    [InlineData("", ExitCodes.Failed)]
    public void Terminal_is_asked(string answer, int exitCode)
    {
        Workflow("mine\n");
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var console = new CommandConsole(
            output, error, () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(answer)), isInputTerminal: static () => true);

        Assert.Equal(exitCode, new FirnApplication(console, _machine.SystemContext).Run(["init", "--ci", "github"]));

        Assert.StartsWith("Change .github/workflows/firn.yml? [y/N] ", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(exitCode == ExitCodes.Done, File.Exists(At("firn.yaml")));
    }

    [Fact]
    public void Dry_run_writes_nothing()
    {
        Workflow("mine\n");

        var run = _machine.Run("init", "--ci", "github", "--devcontainer", "--dry-run").AssertDone();

        Assert.Contains("would write firn.yaml\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("would change .github/workflows/firn.yml\n", run.Output, StringComparison.Ordinal);
        Assert.Equal([".github"], Directory.GetFileSystemEntries(_machine.Current).Select(Path.GetFileName));
    }

    [Fact]
    public void Editor_is_pointed_at_the_environment_and_keeps_its_settings()
    {
        _machine.Virtual("home/work/project/.venv");
        Directory.CreateDirectory(At(".vscode"));
        File.WriteAllText(At(".vscode/settings.json"), "{\n  // mine\n  \"a\": 1\n}\n");

        _machine.Run("init", "--vscode", "--yes").AssertDone();

        Assert.Equal(
            "{\n  \"python.defaultInterpreterPath\": \"${workspaceFolder}/.venv/bin/python\",\n  // mine\n  \"a\": 1\n}\n",
            File.ReadAllText(At(".vscode/settings.json")));
    }

    [Fact]
    public void Editor_without_an_environment_fails_and_nothing_is_written()
    {
        var run = _machine.Run("init", "--vscode");

        run.AssertFailed("no Python environment found");
        Assert.Empty(Directory.GetFileSystemEntries(_machine.Current));
    }

    [Theory]
    [InlineData("--devcontainer", true)]
    [InlineData("--devcontainer=bake", true)]
    [InlineData("--devcontainer=guide", false)]
    public void Devcontainer_is_baked_or_a_guide(string option, bool isBaked)
    {
        _machine.Run("init", option).AssertDone();

        Assert.Equal(isBaked, File.Exists(At(".devcontainer/Dockerfile")));
        Assert.Equal(!isBaked, File.ReadAllText(At(".devcontainer/devcontainer.json")).Contains("postCreateCommand", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("init --ci gitlab", "gitlab")]
    [InlineData("init --devcontainer=fast", "fast")]
    [InlineData("init more", "more")]
    public void Wrong_command_line_is_refused(string line, string named) => _machine.Run(line.Split(' ')).AssertUsage(named);

    [Fact]
    public void Missing_folder_and_unreadable_file_are_told()
    {
        _machine.Run("init", "--project", "gone").AssertFailed("there is no folder");
        Directory.CreateDirectory(At("firn.yaml"));
        _machine.Run("init").AssertFailed("firn.yaml is there and cannot be read");
        File.WriteAllBytes(At(".gitignore"), [0xff, 0xfe]);
        Directory.Delete(At("firn.yaml"));
        _machine.Run("init").AssertFailed("not UTF-8");
        Assert.False(File.Exists(At("firn.yaml")));
    }

    private void Workflow(string text)
    {
        Directory.CreateDirectory(At(".github/workflows"));
        File.WriteAllText(At(".github/workflows/firn.yml"), text);
    }

    private string At(string relative) => Path.Join(_machine.Current, relative);
}
