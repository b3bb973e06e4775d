using Firn.Common;
using Firn.Projects;

namespace Firn.Tests.Projects;

public sealed class OutputOverlapTests
{
    [Theory]
    [InlineData("out.csv", "out.csv")]
    [InlineData("runs/mlp/**", "runs/mlp/metrics*.json")]
    [InlineData("runs", "runs/mlp/model.bin")]
    [InlineData("runs/**", "runs/mlp")]
    [InlineData("*.json", "metrics*.json")]
    [InlineData("out/*", "out/a/b.txt")]
    [InlineData("**/*.json", "runs/mlp/**")]
    [InlineData("**/*.json", "runs/a.json")]
    [InlineData("out/[ab].txt", "out/[ab].txt")]
    [InlineData("out/[ab].txt", "out/a.txt")]
    public void One_file_for_two_is_seen(string first, string second)
    {
        Assert.True(OutputOverlap.Exists(first, second));
        Assert.True(OutputOverlap.Exists(second, first));
    }

    [Theory]
    [InlineData("a.csv", "b.csv")]
    [InlineData("runs/mlp/model/**", "runs/mlp/metrics*.json")]
    [InlineData("runs/mlp", "runs/mlp2/x")]
    [InlineData("*_train.json", "model_*.json")]
    [InlineData("out/*.csv", "out/*.json")]
    [InlineData("out/*.csv", "out/sub/x.csv")]
    public void Others_are_left_to_the_run(string first, string second)
    {
        Assert.False(OutputOverlap.Exists(first, second));
        Assert.False(OutputOverlap.Exists(second, first));
    }

    [Fact]
    public void Project_with_an_overlap_is_refused_with_both_outputs_and_their_lines()
    {
        const string text = """
            analyses:
              dev/train: {command: x, outputs: runs/mlp/}
              dev/other: {command: x, outputs: [a, b]}
              dev/eval:
                command: x
                outputs: [c, "runs/mlp/metrics*.json"]
            """;

        var failure = Assert.Throws<FirnException>(() => ProjectReader.ReadText(text, "/p", ProjectPlatform.Linux));

        Assert.Equal(
            "firn.yaml:6:18: the output runs/mlp/metrics*.json of dev/eval overlaps with the output runs/mlp/ of dev/train, in line 2",
            failure.Message);
    }

    [Theory]
    [InlineData("a/b: {command: x, outputs: [c, out/]}\n  d/e: {command: x, outputs: out/f}")]
    [InlineData("a/b: {command: x, needs: c/d}")]
    [InlineData("a/b: {comand: x}")]
    [InlineData("a/b: {command: x, outputs: ../c}")]
    public void What_is_wrong_in_an_analysis_stops_nobody_who_needs_none(string analyses)
    {
        var text = $"environment: .venv\nstore: results\nanalyses:\n  {analyses}\n";

        var settings = ProjectReader.ReadText(text, "/p", ProjectPlatform.Linux, withAnalyses: false);

        Assert.Equal((".venv", "results", 0), (settings.Environment?.Value, settings.Store, settings.Analyses.Length));
        Assert.Throws<FirnException>(() => ProjectReader.ReadText(text, "/p", ProjectPlatform.Linux));
    }

    [Fact]
    public void An_analysis_may_name_its_own_files_twice() =>
        ProjectReader.ReadText("analyses: {a/b: {command: x, outputs: [out/, out/x.csv]}}", "/p", ProjectPlatform.Linux);
}
