using System.Diagnostics;
using Firn.Projects.Templates;
using FsCheck.Fluent;

namespace Firn.Tests.Projects.Templates;

/// <summary>Differences against <c>git apply</c>, which takes no wrong count.</summary>
public sealed class UnifiedDiffTests
{
    private static readonly string[] Lines = ["a\n", "b\n", "c\n", "\n", "long line\n"];

    [Fact]
    public void Change_has_its_context()
    {
        var old = string.Concat(Enumerable.Range(1, 20).Select(i => $"{i}\n"));
        var changed = old.Replace("5\n6\n", "five\n6\n", StringComparison.Ordinal) + "end";

        Assert.Equal(
            "--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
            + "@@ -18,3 +18,4 @@\n 18\n 19\n 20\n+end\n\\ No newline at end of file\n",
            UnifiedDiff.Of("f", old, changed));
    }

    [SkippableFact]
    public void Git_applies_every_difference()
    {
        using var folder = new TemporaryFolder();
        var texts = Gen.Elements(Lines).ArrayOf().Select(string.Concat);
        var samples = texts.Sample(14, 40).Zip(texts.Sample(14, 40)).Append(("a", "a\n")).Append(("", "x")).Append(("x\ny", "x"));

        foreach (var (old, changed) in samples.Where(pair => pair.Item1 != pair.Item2 && pair.Item1.Length > 0 && pair.Item2.Length > 0))
        {
            var file = folder.Write("f", old);
            var patch = folder.Write("p", UnifiedDiff.Of("f", old, changed));
            Part.Run("git", "-C", folder.Path, "apply", "--unidiff-zero", "--whitespace=nowarn", patch);

            Assert.Equal(changed, File.ReadAllText(file));
        }
    }

    [Fact]
    public void Large_texts_take_no_time()
    {
        var clock = Stopwatch.StartNew();
        var old = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i}\n"));
        var changed = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"x{i}\n"));

        Assert.Contains("+x49999\n", UnifiedDiff.Of("f", old, changed), StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), clock.Elapsed.ToString());
    }
}
