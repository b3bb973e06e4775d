using System.Collections.Concurrent;
using Firn.Projects;
using Firn.Runs.Running;

namespace Firn.Tests.Runs.Running;

public sealed class AnalysisSchedulerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Each_runs_behind_what_it_needs(int jobs)
    {
        var random = new Random(jobs);
        var analyses = Enumerable.Range(0, 60).Select(i => Analysis(
            $"{i}", [.. Enumerable.Range(0, i).Where(_ => random.Next(8) == 0).Select(need => $"s/{need}")])).ToList();
        var done = new ConcurrentDictionary<string, bool>();
        var early = new ConcurrentBag<string>();

        var results = new AnalysisScheduler(analyses, analysis =>
        {
            analysis.Needs.Where(need => !done.ContainsKey(need)).ToList().ForEach(early.Add);
            Thread.Sleep(1);
            done[analysis.Reference] = true;
            return Result(analysis, AnalysisResultKind.Succeeded);
        }).RunAll(jobs);

        Assert.Empty(early);
        Assert.Equal(analyses.Select(analysis => analysis.Reference), results.Select(result => result.Reference));
        Assert.Equal(60, done.Count);
    }

    [Fact]
    public void What_needs_a_failed_one_is_not_run_and_says_which()
    {
        var ran = new List<string>();

        var results = new AnalysisScheduler(
            [Analysis("a"), Analysis("b", "s/a"), Analysis("c", "s/b"), Analysis("d")],
            analysis =>
            {
                ran.Add(analysis.Name);
                return Result(analysis, analysis.Name == "a" ? AnalysisResultKind.Failed : AnalysisResultKind.Succeeded);
            }).RunAll(1);

        Assert.Equal(["a", "d"], ran);
        Assert.Equal([null, "s/a", "s/b", null], results.Select(result => result.FailedNeed));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Bug_in_one_reaches_the_caller_and_nobody_waits_for_ever(int jobs) =>
        Assert.Throws<InvalidOperationException>(() => new AnalysisScheduler(
            [Analysis("a"), Analysis("b", "s/a"), Analysis("c", "s/a")],
            _ => throw new InvalidOperationException("a bug")).RunAll(jobs));

    private static AnalysisDefinition Analysis(string name, params string[] needs) =>
        new() { Subject = "s", Name = name, Command = ["true"], CommandText = "true", Needs = [.. needs] };

    private static AnalysisResult Result(AnalysisDefinition analysis, AnalysisResultKind kind) =>
        new() { Reference = analysis.Reference, Kind = kind };
}
