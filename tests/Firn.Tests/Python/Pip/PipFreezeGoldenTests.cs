namespace Firn.Tests.Python.Pip;

public sealed class PipFreezeGoldenTests(PipFreezeSites sites) : IClassFixture<PipFreezeSites>
{
    public static TheoryData<string> Goldens()
    {
        var names = new List<string>();
        foreach (var file in Directory.EnumerateFiles(PipGolden.Folder))
        {
            names.Add(Path.GetFileName(file));
        }

        names.Sort(StringComparer.Ordinal);
        return [.. names];
    }

    [SkippableTheory]
    [MemberData(nameof(Goldens))]
    public void Run_prints_what_that_pip_printed(string golden)
    {
        var differences = new PipGolden(sites, golden).Differences();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }
}
