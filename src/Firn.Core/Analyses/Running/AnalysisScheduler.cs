using System.Runtime.ExceptionServices;
using Firn.Analyses.Projects;

namespace Firn.Analyses.Running;

/// <summary>Runs analyses, each behind what it needs, several at once where that is allowed.</summary>
/// <param name="analyses">In an order in which they could run one after the other.</param>
/// <param name="run">Runs one; called from several threads.</param>
internal sealed class AnalysisScheduler(
    IReadOnlyList<AnalysisDefinition> analyses, Func<AnalysisDefinition, AnalysisResult> run)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AnalysisResult> _results = new(StringComparer.Ordinal);
    private readonly HashSet<string> _started = new(StringComparer.Ordinal);
    private readonly ManualResetEventSlim _changed = new();
    private ExceptionDispatchInfo? _failure;

    /// <summary>Runs all of them, and returns what became of each, in their order.</summary>
    public IReadOnlyList<AnalysisResult> RunAll(int jobs)
    {
        var threads = new List<Thread>();
        for (var i = 1; i < Math.Min(jobs, analyses.Count); i++)
        {
            var thread = new Thread(Work) { IsBackground = true, Name = "firn analysis" };
            threads.Add(thread);
            thread.Start();
        }

        Work();
        threads.ForEach(thread => thread.Join());
        _changed.Dispose();
        _failure?.Throw();
        return [.. analyses.Select(analysis => _results[analysis.Reference])];
    }

    private void Work()
    {
        try
        {
            while (_failure is null && Take(out var isDone) is var next && !isDone)
            {
                if (next is null)
                {
                    // All that is left needs what is running.
                    _changed.Wait();
                    continue;
                }

                Finish(FailedNeed(next) is { } need
                    ? new AnalysisResult { Reference = next.Reference, Kind = AnalysisResultKind.NeedFailed, FailedNeed = need }
                    : run(next));
            }
        }
#pragma warning disable CA1031 // It is thrown again in the thread that waits for all.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure ??= ExceptionDispatchInfo.Capture(exception);
            _changed.Set();
        }
    }

    private AnalysisDefinition? Take(out bool isDone)
    {
        lock (_lock)
        {
            isDone = _started.Count == analyses.Count;
            foreach (var analysis in analyses)
            {
                if (!_started.Contains(analysis.Reference) && analysis.Needs.All(_results.ContainsKey))
                {
                    _started.Add(analysis.Reference);
                    return analysis;
                }
            }

            _changed.Reset();
            return null;
        }
    }

    private void Finish(AnalysisResult result)
    {
        lock (_lock)
        {
            _results[result.Reference] = result;
            _changed.Set();
        }
    }

    private string? FailedNeed(AnalysisDefinition analysis)
    {
        lock (_lock)
        {
            return analysis.Needs.FirstOrDefault(need => !_results[need].HasSucceeded);
        }
    }
}
