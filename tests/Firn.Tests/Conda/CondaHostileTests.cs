using System.Diagnostics;
using Firn.Conda;
using Firn.Conda.Prefixes;

namespace Firn.Tests.Conda;

/// <summary>Files that are small and took minutes.</summary>
public sealed class CondaHostileTests
{
    [Fact]
    public void ReadRequestedSpecs_a_long_history_of_removals_is_quick()
    {
        using var folder = new TemporaryFolder();
        var names = string.Join(", ", Enumerable.Range(0, 150_000).Select(i => $"'p{i}'"));
        var path = folder.Write("history", $"# update specs: ['kept', {names}, 'last']\n# remove specs: [{names}]\n# update specs: ['kept=2', 'p7']\n");

        var watch = Stopwatch.StartNew();
        var specs = CondaHistory.ReadRequestedSpecs(path, []);

        Assert.Equal(["kept=2", "last", "p7"], specs.ToArray());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Matches_a_pattern_and_a_version_that_are_both_long_is_quick()
    {
        var text = new string('1', 400_000);
        var watch = Stopwatch.StartNew();

        Assert.Null(CondaVersionSpec.Matches("*" + new string('1', 200_000) + "*2", text));
        Assert.False(CondaGlob.Matches("*" + new string('1', 200_000) + "2", text));
        Assert.True(CondaGlob.Matches("py311*_0", "py311h7125741_0"));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }
}
