using System.Text.RegularExpressions;

namespace Firn.Tests.Documents;

/// <summary>docs/capture.md explains every problem code of the sources, and none that is not there.</summary>
public sealed partial class ProblemCodeTests
{
    [Fact]
    public void Page_explains_every_code_and_no_other()
    {
        var page = File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "capture.md"));
        var explained = page.Split('\n')
            .SkipWhile(line => line != "## Problems")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Code().Matches(line.Split('|')[1]))
            .Select(match => match.Groups[1].Value)
            .Order(StringComparer.Ordinal);

        var used = Directory.EnumerateFiles(Path.Join(RepositoryFolder.Path, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Problem().Matches(File.ReadAllText(file)))
            .SelectMany(match => match.Groups[1].Captures)
            .Select(code => code.Value)
            .Distinct()
            .Order(StringComparer.Ordinal);

        Assert.Equal(used, explained);
    }

    [GeneratedRegex("`([a-z0-9-]+)`")]
    private static partial Regex Code();

    /// <summary>The literals that stand first: one, or two that a condition chooses from.</summary>
    [GeneratedRegex("""(?:new Problem|\bProblem\.Naming|\bReport)\(\s*(?:\w+ \? )?(?:"([a-z0-9-]+)"(?: : )?)+""")]
    private static partial Regex Problem();
}
