using Firn.Common;
using Firn.Storage.Contents;
using Firn.Storage.Layout;

namespace Firn.Storage.Collection;

/// <summary>
/// Removes what no record needs, beside any number of writers. What looks superfluous is moved away first, so that a
/// writer that comes now finds it missing and writes it anew; then the collector looks again, for records that came
/// meanwhile, leases and refreshed times, and only then removes.
/// </summary>
internal sealed class StoreCollector
{
    private readonly string _store;
    private readonly CollectionOptions _options;
    private readonly ReachableObjects _marker;
    private readonly DateTimeOffset _oldest;
    private readonly DateTimeOffset _oldestLease;

    private StoreCollector(string store, CollectionOptions options)
    {
        _store = store;
        _options = options;
        _marker = new ReachableObjects(store);
        var now = options.Clock.GetUtcNow();
        _oldest = now - options.Grace;
        _oldestLease = now - TimeSpan.FromTicks(Math.Max(options.Grace.Ticks, CollectionOptions.LeastPatience.Ticks));
    }

    /// <summary>Collects a store.</summary>
    /// <param name="store">Its folder, absolute.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends it; what was moved away is put back.</param>
    /// <exception cref="FirnException">There is no store, it cannot be written to, or a record is damaged.</exception>
    public static CollectionReport Collect(string store, CollectionOptions options, CancellationToken cancellation)
    {
        _ = Store.Open(store);
        return new StoreCollector(store, options).Run(cancellation);
    }

    private CollectionReport Run(CancellationToken cancellation)
    {
        var contents = StoreContentsReader.Read(_store);
        if (!_options.IsDryRun && RemovalCandidates.PutBackUnfinished(_store, contents.Temporaries) > 0)
        {
            contents = StoreContentsReader.Read(_store);
        }

        _marker.Mark(cancellation);
        var report = new CollectionReport { IsDryRun = _options.IsDryRun, LostRecords = [.. _marker.LostRecords] };
        var old = new List<Candidate>();
        foreach (var candidate in Candidates(contents))
        {
            if (candidate.IsOlderThan(_oldest))
            {
                old.Add(candidate);
            }
            else
            {
                report = report with { Young = report.Young + 1, YoungBytes = report.YoungBytes + candidate.Bytes };
            }
        }

        if (_marker.LostRecords.Count > 0 && !_options.AcceptsLostRecords)
        {
            old.Clear();
        }

        report = _options.IsDryRun ? Count(report, old) : Remove(report, old, cancellation);
        return RemoveTemporaries(RemoveSources(report, cancellation), contents);
    }

    private List<Candidate> Candidates(StoreContents contents)
    {
        var leased = StoreLeaseReader.Read(_store, _oldestLease);
        var found = new List<Candidate>();
        foreach (var (hex, file) in contents.Files)
        {
            Add(new Candidate(hex, IsBundle: false, [file]));
        }

        foreach (var bundle in contents.Bundles.Values)
        {
            // The index first: without it a writer takes the bundle for missing.
            var files = new List<ContentFile>();
            files.AddRange(bundle.Files);
            files.Reverse();
            Add(new Candidate(bundle.Hex, IsBundle: true, files));
        }

        return found;

        void Add(Candidate candidate)
        {
            if (!candidate.IsNeeded(_marker.Needed, leased))
            {
                found.Add(candidate);
            }
        }
    }

    private CollectionReport Remove(CollectionReport report, List<Candidate> candidates, CancellationToken cancellation)
    {
        var condemned = new RemovalCandidates(_store);
        try
        {
            var moved = new List<Candidate>();
            foreach (var candidate in candidates)
            {
                cancellation.ThrowIfCancellationRequested();
                var files = new List<ContentFile>();
                foreach (var file in candidate.Files)
                {
                    if (condemned.TryMove(file))
                    {
                        files.Add(file);
                    }
                }

                if (files.Count > 0)
                {
                    moved.Add(candidate with { Files = files });
                }
            }

            return LookAgainAndRemove(report, moved, condemned, cancellation) with { Failures = [.. condemned.Failures] };
        }
        finally
        {
            condemned.PutAllBack();
        }
    }

    private CollectionReport LookAgainAndRemove(
        CollectionReport report, List<Candidate> moved, RemovalCandidates condemned, CancellationToken cancellation)
    {
        if (moved.Count == 0)
        {
            return report;
        }

        _marker.Mark(cancellation);
        var leased = StoreLeaseReader.Read(_store, _oldestLease);
        var removed = new List<Candidate>();
        foreach (var candidate in moved)
        {
            if (candidate.IsNeeded(_marker.Needed, leased) || IsRefreshed(candidate, condemned))
            {
                report = report with { PutBack = report.PutBack + 1 };
                // The archive first, as writers do: the index says that both are there.
                for (var i = candidate.Files.Count - 1; i >= 0; i--)
                {
                    condemned.PutBack(candidate.Files[i]);
                }
            }
            else if (RemoveAll(candidate, condemned))
            {
                removed.Add(candidate);
            }
        }

        condemned.RemoveFolder();
        return Count(report, removed);
    }

    /// <summary>Whether a writer has set its time since, or has begun to write it anew.</summary>
    private bool IsRefreshed(Candidate candidate, RemovalCandidates condemned)
    {
        foreach (var file in candidate.Files)
        {
            if ((condemned.Find(file) is { } now && now.Time >= _oldest) || StoreTree.HasFile(_store, Path.Join(_store, file.Path)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool RemoveAll(Candidate candidate, RemovalCandidates condemned)
    {
        var all = true;
        foreach (var file in candidate.Files)
        {
            all &= condemned.TryRemove(file);
        }

        return all;
    }

    private static CollectionReport Count(CollectionReport report, List<Candidate> candidates)
    {
        foreach (var candidate in candidates)
        {
            report = report with
            {
                Objects = report.Objects + (candidate.IsBundle ? 0 : 1),
                Bundles = report.Bundles + (candidate.IsBundle ? 1 : 0),
                Bytes = report.Bytes + candidate.Bytes,
            };
        }

        return report;
    }

    private CollectionReport RemoveSources(CollectionReport report, CancellationToken cancellation)
    {
        if (_options.IsDryRun)
        {
            return report;
        }

        var (count, bytes) = SourceCollector.Collect(_store, _oldest, cancellation);
        return report with { Sources = count, Bytes = report.Bytes + bytes };
    }

    private CollectionReport RemoveTemporaries(CollectionReport report, StoreContents contents)
    {
        foreach (var file in contents.Temporaries)
        {
            if (file.Time >= _oldestLease || CollectedFolder.OriginOf(file.Path) is not null)
            {
                continue;
            }

            if (_options.IsDryRun || TemporaryFiles.TryRemove(_store, file.Path))
            {
                report = report with
                {
                    Temporaries = report.Temporaries + 1,
                    TemporaryBytes = report.TemporaryBytes + file.Stat.Size,
                };
            }
        }

        return report;
    }
}

/// <summary>How a store is collected.</summary>
public sealed record CollectionOptions
{
    /// <summary>How long what nothing needs is kept: a writer may be about to name it.</summary>
    public static TimeSpan DefaultGrace { get; } = TimeSpan.FromDays(14);

    /// <summary>Leases and temporary files are some writer's for that long, whatever the grace period is.</summary>
    internal static readonly TimeSpan LeastPatience = TimeSpan.FromDays(1);

    /// <summary>How long what nothing needs is kept after it was last used.</summary>
    public TimeSpan Grace { get; init; } = DefaultGrace;

    /// <summary>Whether to say what would be removed, and remove nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether objects are removed that only a lost record may have named.</summary>
    public bool AcceptsLostRecords { get; init; }

    internal TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>An object or a bundle that nothing needs.</summary>
/// <param name="Hex">The digits that a record or a lease would name.</param>
/// <param name="IsBundle">Whether it is a bundle or the bytecode of one.</param>
/// <param name="Files">Its files, in the order in which they are taken away.</param>
internal sealed record Candidate(string Hex, bool IsBundle, IReadOnlyList<ContentFile> Files)
{
    public long Bytes
    {
        get
        {
            long bytes = 0;
            foreach (var file in Files)
            {
                bytes += file.Stat.Size;
            }

            return bytes;
        }
    }

    /// <summary>Whether no file of it was written or refreshed since.</summary>
    public bool IsOlderThan(DateTimeOffset time)
    {
        foreach (var file in Files)
        {
            if (file.Time >= time)
            {
                return false;
            }
        }

        return true;
    }

    public bool IsNeeded(References needed, HashSet<string> leased) =>
        leased.Contains(Hex) || (IsBundle ? needed.Bundles : needed.Files).ContainsKey(Hex);
}
