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
        using var batch = store.Files.StartBatch();
        var resources = ImmutableArray.CreateBuilder<RunResource>(files.Count);
        var total = new AddProgress(0, 0, 0, 0);
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            var stored = batch.AddFile(file.Path, cancellation);
            resources.Add(new RunResource(file.Name, stored.Digest, stored.Md5, stored.Size, Guid.NewGuid().ToString("N")));
            var there = stored.WasThere ? 1 : 0;
            total = new AddProgress(
                total.Files + 1, total.Bytes + stored.Size, total.FilesThere + there, total.BytesThere + (there * stored.Size));
            report(total);
        }

        batch.Complete();
        var draft = new RunRecord
        {
            Subject = subject,
            Name = name,
            Number = 0,
            Created = clock.GetUtcNow(),
            Status = status,
            Resources = resources.MoveToImmutable(),
        };
        var run = store.Runs(subject, name).Append(draft, cancellation);
        PutBackWhatIsGone(files, draft.Resources);
        return new AddedResults(run, total);
    }

    /// <summary>
    /// A collection that took the files for superfluous before the record was there has moved them away by now, or will
    /// see the record: what is missing is written once more.
    /// </summary>
    private void PutBackWhatIsGone(IReadOnlyList<ResultSource> files, ImmutableArray<RunResource> resources)
    {
        for (var i = 0; i < resources.Length; i++)
        {
            if (!store.Files.Contains(resources[i].Digest)
                && store.Files.AddFile(files[i].Path, CancellationToken.None).Digest != resources[i].Digest)
            {
                throw new FirnException(
                    $"{files[i].Path} changed while it was added, and a collection has removed what it was",
                    "add it again; `firn store check` names the run that misses it");
            }
        }
    }
}
