using System.Runtime.ExceptionServices;
using Firn.Common;
using Firn.Projects;

namespace Firn.Runs.Running;

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

    /// <summary>The next analysis, once what it needs has ended; <see langword="null"/> where nothing is left to start.</summary>
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

                // All that is left needs what is running.
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

/// <summary>Which analyses are meant, and in which order they can run.</summary>
internal static class AnalysisOrder
{
    /// <summary>The analyses that are named, or all, and all that they need; each behind what it needs.</summary>
    /// <param name="project">The project, whose reader has refused circles.</param>
    /// <param name="named">References; none for all.</param>
    /// <exception cref="FirnException">There is no such analysis.</exception>
    public static IReadOnlyList<AnalysisDefinition> Of(Project project, IReadOnlyList<string> named)
    {
        var wanted = named.Count == 0
            ? project.Analyses
            : [.. named.Select(name => ProjectReader.Find(project, name))];
        if (wanted.IsEmpty)
        {
            throw new FirnException(
                $"{Path.Join(project.Folder, Project.FileName)} has no analyses", "add one under `analyses:`; `firn init` writes an example");
        }

        var order = new List<AnalysisDefinition>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var analysis in wanted)
        {
            Add(analysis);
        }

        return order;

        void Add(AnalysisDefinition analysis)
        {
            if (seen.Add(analysis.Reference))
            {
                foreach (var need in analysis.Needs)
                {
                    Add(ProjectReader.Find(project, need));
                }

                order.Add(analysis);
            }
        }
    }
}
