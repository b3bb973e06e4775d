using System.Runtime.ExceptionServices;
using Firn.Analyses.Projects;

namespace Firn.Analyses.Running;

/// <summary>Runs analyses, each behind what it needs, several at once where that is allowed.</summary>
/// <param name="analyses">In an order in which they could run one after the other.</param>
/// <param name="run">Runs one; called from several threads.</param>
internal sealed class AnalysisScheduler(
    IReadOnlyList<AnalysisDefinition> analyses, Func<AnalysisDefinition, AnalysisResult> run)
{
    private readonly object _lock = new();
    private readonly Dictionary<string, AnalysisResult> _results = new(StringComparer.Ordinal);
    private readonly HashSet<string> _started = new(StringComparer.Ordinal);
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
        _failure?.Throw();
        return [.. analyses.Select(analysis => _results[analysis.Reference])];
    }

    private void Work()
    {
        try
        {
            while (Take() is { } next)
            {
                Finish(FailedNeed(next) is { } need
                    ? new AnalysisResult { Reference = next.Reference, Kind = AnalysisResultKind.NeedFailed, FailedNeed = need }
                    : run(next));
            }
        }
#pragma warning disable CA1031 // It is thrown again in the thread that waits for all.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            lock (_lock)
            {
                _failure ??= ExceptionDispatchInfo.Capture(exception);
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>The next one that can run, waiting for it where all that is left needs what is running.</summary>
    private AnalysisDefinition? Take()
    {
        lock (_lock)
        {
            while (_failure is null && _started.Count < analyses.Count)
            {
                foreach (var analysis in analyses)
                {
                    if (!_started.Contains(analysis.Reference) && analysis.Needs.All(_results.ContainsKey))
                    {
                        _started.Add(analysis.Reference);
                        return analysis;
                    }
                }

                Monitor.Wait(_lock);
            }

            return null;
        }
    }

    private void Finish(AnalysisResult result)
    {
        lock (_lock)
        {
            _results[result.Reference] = result;
            Monitor.PulseAll(_lock);
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
