using System.Collections.Immutable;
using Firn.Common;
using Firn.Storage.Contents;
using Firn.Storage.Objects;
using Firn.Storage.Records;

namespace Firn.Storage.Results;

/// <summary>Adds files to a store as one run of an analysis: the files first, then one record.</summary>
internal sealed class ResultAdder(Store store, TimeProvider clock)
{
    /// <summary>Adds the files; all is durable when it returns, and nothing counts where it throws.</summary>
    /// <param name="subject">What is analysed.</param>
    /// <param name="name">The analysis.</param>
    /// <param name="files">In the order of their names.</param>
    /// <param name="status">How the run ended.</param>
    /// <param name="report">Is told after each file how far it is.</param>
    /// <param name="cancellation">Stops before the record is written, never after.</param>
    /// <exception cref="FirnException">A file cannot be read, changes meanwhile, or the store cannot be written to.</exception>
    public AddedResults Add(
        string subject,
        string name,
        IReadOnlyList<ResultSource> files,
        RunStatus status,
        Action<AddProgress> report,
        CancellationToken cancellation)
    {
        var draft = new RunRecord
        {
            Subject = subject,
            Name = name,
            Number = 0,
            Created = clock.GetUtcNow(),
            Status = status,
        };
        return Add(draft, files, [], static _ => [], report, cancellation);
    }

    /// <summary>The same with a record that says more, and with files that depend on those before.</summary>
    /// <param name="draft">All of the record but its place and its files.</param>
    /// <param name="files">The files, their names all different.</param>
    /// <param name="documents">What the record names besides: it is kept too.</param>
    /// <param name="last">Makes the files that tell of the others, from what these have become.</param>
    /// <param name="report">Is told after each file how far it is.</param>
    /// <param name="cancellation">Stops before the record is written, never after.</param>
    /// <exception cref="FirnException">A file cannot be read, changes meanwhile, or the store cannot be written to.</exception>
    public AddedResults Add(
        RunRecord draft,
        IReadOnlyList<ResultSource> files,
        IReadOnlyList<ReadOnlyMemory<byte>> documents,
        Func<IReadOnlyList<RunResource>, IReadOnlyList<ResultSource>> last,
        Action<AddProgress> report,
        CancellationToken cancellation)
    {
        using var batch = store.Files.StartBatch();
        var named = new ReferencedObjects(store);
        foreach (var document in documents)
        {
            named.Add(batch.Add(document.Span), "a document of the run", document);
        }

        var resources = new List<RunResource>(files.Count + 2);
        var sources = new List<ResultSource>(files);
        var total = new AddProgress(0, 0, 0, 0);
        AddAll(files);
        var more = last(resources);
        sources.AddRange(more);
        AddAll(more);
        batch.Complete();
        for (var i = 0; i < resources.Count; i++)
        {
            var source = sources[i];
            named.Add(resources[i].Digest, source.Path, () => Again(source));
        }

        return new AddedResults(Append(draft with { Resources = Sorted(resources) }, named, cancellation), total);

        void AddAll(IReadOnlyList<ResultSource> added)
        {
            foreach (var file in added)
            {
                cancellation.ThrowIfCancellationRequested();
                var stored = Stored(batch, file, cancellation);
                resources.Add(new RunResource(file.Name, stored.Digest, stored.Md5, stored.Size, UniqueId.Next()));
                var there = stored.WasThere ? 1 : 0;
                total = new AddProgress(
                    total.Files + 1, total.Bytes + stored.Size, total.FilesThere + there, total.BytesThere + (there * stored.Size));
                report(total);
            }
        }
    }

    private static StoredFile Stored(ObjectBatch batch, ResultSource file, CancellationToken cancellation) =>
        file.Content is { } content
            ? new StoredFile(batch.Add(content.Span), Md5Hasher.Of(content.Span), content.Length)
            : batch.AddFile(file.Path, cancellation);

    private static ImmutableArray<RunResource> Sorted(List<RunResource> resources)
    {
        var sorted = resources.ToArray();
        Array.Sort(sorted, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return [.. sorted];
    }

    /// <summary>Appends the record and looks again; a record that would name what is gone is taken back.</summary>
    private StoredRun Append(RunRecord draft, ReferencedObjects named, CancellationToken cancellation)
    {
        var runs = store.Runs(draft.Subject, draft.Name);
        var run = runs.Append(draft, cancellation);
        if (named.PutBack() is { } gone)
        {
            runs.Append(RunRecord.Forgetting(run.Record, clock.GetUtcNow()), CancellationToken.None);
            throw ReferencedObjects.Gone(gone);
        }

        if (ArchiveCompleteness.AreAllThere(store, run.Record.Environments))
        {
            return run;
        }

        // The environment's archive was forgotten and collected meanwhile: the run is kept all the same, without it.
        runs.Append(RunRecord.Forgetting(run.Record, clock.GetUtcNow()), CancellationToken.None);
        return Append(
            draft with { Environments = [.. draft.Environments.Select(environment => environment with { Archive = null })] },
            named,
            CancellationToken.None);
    }

    private Sha256Digest Again(ResultSource file) => file.Content is { } content
        ? store.Files.Add(content.Span)
        : store.Files.AddFile(file.Path, CancellationToken.None).Digest;
}

/// <summary>A run that was added.</summary>
/// <param name="Run">The run.</param>
/// <param name="Total">What it keeps, and how much of that the store had already.</param>
internal sealed record AddedResults(StoredRun Run, AddProgress Total);

/// <summary>How far a writer is.</summary>
/// <param name="Files">Files read so far.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="FilesThere">Those of them that the store had already.</param>
/// <param name="BytesThere">Their bytes.</param>
internal sealed record AddProgress(long Files, long Bytes, long FilesThere, long BytesThere);
