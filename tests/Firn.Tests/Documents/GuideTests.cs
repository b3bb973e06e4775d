using Firn.Projects;

namespace Firn.Tests.Documents;

/// <summary>The examples of docs/firn-yaml.md are read as they stand there.</summary>
public sealed class GuideTests
{
    [Fact]
    public void First_example_of_the_guide_is_a_project()
    {
        var project = ProjectReader.ReadText(Blocks()[0], "/home/me/p", ProjectPlatform.Linux);

        Assert.Equal(["dev/sample", "dev/train", "dev/eval"], project.Analyses.Select(analysis => analysis.Reference));
        Assert.Equal<string>(["dev/sample"], project.Analyses[1].Needs);
        Assert.Equal("1", project.Analyses[2].Variables["PYTHONHASHSEED"]);
        Assert.Equal(4, project.Analyses[2].Threads);
    }

    [Fact]
    public void Each_way_to_name_an_environment_is_read()
    {
        var lines = Blocks()[1].Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(11, lines.Length);
        Assert.All(
            lines, line => Assert.NotNull(ProjectReader.ReadText(line, "/home/me/p", ProjectPlatform.Linux).Environment));
    }

    [Fact]
    public void The_other_examples_are_projects()
    {
        Assert.All(Blocks()[2..], block => ProjectReader.ReadText(block, "/home/me/p", ProjectPlatform.Linux));
    }

    private static string[] Blocks()
    {
        var page = File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "firn-yaml.md"));
        return [.. page.Split("```yaml\n")[1..].Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])];
    }
}
