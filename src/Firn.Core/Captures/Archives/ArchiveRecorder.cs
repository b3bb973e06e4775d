using Firn.Captures.Json;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Captures.Archives;

/// <summary>Ties an archive document and its capture together by a record in the environment's chain.</summary>
/// <param name="clock">Gives the time of the record.</param>
internal sealed class ArchiveRecorder(TimeProvider clock)
{
    /// <summary>Adds a record unless the last one is of the same archive.</summary>
    /// <param name="document">The archive; all its bundles and objects are in the store.</param>
    /// <param name="capture">The environment.</param>
    /// <param name="store">The store.</param>
    /// <param name="progress">What was read for it.</param>
    /// <param name="cancellation">Stops before the record is written, never after.</param>
    /// <exception cref="FirnException">The store cannot be written to.</exception>
    public ArchiveOutcome Record(
        ArchiveDocument document, Capture capture, Store store, ArchiveProgress progress, CancellationToken cancellation)
    {
        var bytes = ArchiveWriter.Write(document);
        var digest = Sha256Digest.Of(bytes);
        var archives = store.Archives(capture.EnvironmentId);
        foreach (var last in archives.NewestFirst())
        {
            if (last.Archive == digest && store.Files.Contains(digest) && store.Files.Contains(last.Capture!))
            {
                return new ArchiveOutcome(document, digest, last.Capture!, last.Number, IsNew: false, progress);
            }

            break;
        }

        var archive = store.Files.Add(bytes);
        var captured = store.Files.Add(CaptureWriter.Write(capture));
        var record = archives.Append(
            new ArchivedRecord
            {
                EnvironmentId = capture.EnvironmentId,
                Number = 0,
                Created = clock.GetUtcNow(),
                Archive = archive,
                Capture = captured,
                Prefix = capture.Environment.Prefix,
            },
            cancellation);
        return new ArchiveOutcome(document, archive, captured, record.Number, IsNew: true, progress);
    }
}
