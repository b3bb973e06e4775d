using System.Text.RegularExpressions;
using Firn.Storage.Checks;

namespace Firn.Tests.Storage.Checks;

/// <summary>docs/troubleshooting.md has every finding with its repair, and no other.</summary>
public sealed partial class FindingKindTests
{
    [Fact]
    public void Page_lists_every_finding_and_no_other()
    {
        var page = File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "troubleshooting.md"));
        var listed = page.Split('\n')
            .SkipWhile(line => line != "## Findings of a check")
            .Select(line => Row().Match(line))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value);

        Assert.Equal(FindingKinds.All.Select(kind => kind.Code), listed);
    }

    [Fact]
    public void All_kinds_are_in_the_list()
    {
        var fields = typeof(FindingKinds).GetFields().Where(field => field.FieldType == typeof(FindingKind))
            .Select(field => (FindingKind)field.GetValue(null)!);

        Assert.Equal(fields.OrderBy(kind => kind.Code, StringComparer.Ordinal), FindingKinds.All.OrderBy(kind => kind.Code, StringComparer.Ordinal));
    }

    [Fact]
    public void Page_names_the_warnings()
    {
        var page = File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "troubleshooting.md"));
        var named = page[page.IndexOf("Warnings are", StringComparison.Ordinal)..];
        named = named[..named.IndexOf(';', StringComparison.Ordinal)];

        Assert.Equal(
            FindingKinds.All.Where(kind => kind.Level == FindingLevel.Warning).Select(kind => kind.Code).Order(StringComparer.Ordinal),
            Code().Matches(named).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("^\\| `([a-z-]+)` \\| .+ \\| .+ \\|$")]
    private static partial Regex Row();

    [GeneratedRegex("`([a-z-]+)`")]
    private static partial Regex Code();
}
