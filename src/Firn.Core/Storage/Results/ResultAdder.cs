using System.Collections.Immutable;
using Firn.Common;
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
        return Add(draft, files, static _ => [], report, cancellation);
    }

    /// <summary>The same with a record that says more, and with files that depend on those before.</summary>
    /// <param name="draft">All of the record but its place and its files.</param>
    /// <param name="files">The files, their names all different.</param>
    /// <param name="last">Makes the files that tell of the others, from what these have become.</param>
    /// <param name="report">Is told after each file how far it is.</param>
    /// <param name="cancellation">Stops before the record is written, never after.</param>
    /// <exception cref="FirnException">A file cannot be read, changes meanwhile, or the store cannot be written to.</exception>
    public AddedResults Add(
        RunRecord draft,
        IReadOnlyList<ResultSource> files,
        Func<IReadOnlyList<RunResource>, IReadOnlyList<ResultSource>> last,
        Action<AddProgress> report,
        CancellationToken cancellation)
    {
        using var batch = store.Files.StartBatch();
        var resources = new List<RunResource>(files.Count + 2);
        var sources = new List<ResultSource>(files);
        var total = new AddProgress(0, 0, 0, 0);
        AddAll(files);
        var more = last(resources);
        sources.AddRange(more);
        AddAll(more);
        batch.Complete();
        var run = store.Runs(draft.Subject, draft.Name).Append(
            draft with { Resources = Sorted(resources) }, cancellation);
        PutBackWhatIsGone(sources, resources);
        return new AddedResults(run, total);

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

    /// <summary>
    /// A collection that took the files for superfluous before the record was there has moved them away by now, or will
    /// see the record: what is missing is written once more.
    /// </summary>
    private void PutBackWhatIsGone(List<ResultSource> files, List<RunResource> resources)
    {
        for (var i = 0; i < resources.Count; i++)
        {
            if (!store.Files.Contains(resources[i].Digest) && Again(files[i]) != resources[i].Digest)
            {
                throw new FirnException(
                    $"{files[i].Path} changed while it was added, and a collection has removed what it was",
                    "add it again; `firn store check` names the run that misses it");
            }
        }
    }

    private Sha256Digest Again(ResultSource file) => file.Content is { } content
        ? store.Files.Add(content.Span)
        : store.Files.AddFile(file.Path, CancellationToken.None).Digest;
}
