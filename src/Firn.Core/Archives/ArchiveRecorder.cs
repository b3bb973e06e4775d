using System.Collections.Immutable;
using Firn.Archives.Bundling;
using Firn.Archives.Documents;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Archives;

/// <summary>Ties an archive document and its capture together by a record in the environment's chain.</summary>
/// <param name="clock">Gives the time of the record.</param>
internal sealed class ArchiveRecorder(TimeProvider clock)
{
    /// <summary>Adds a record unless the last one is of the same archive.</summary>
    /// <param name="document">The archive; all its bundles and objects are in the store.</param>
    /// <param name="capture">The environment.</param>
    /// <param name="store">The store.</param>
    /// <param name="progress">What was read for it.</param>
    /// <param name="again">Keeps the bundles once more, from the environment as it is.</param>
    /// <param name="cancellation">Stops before the record is written, never after.</param>
    /// <exception cref="FirnException">The store cannot be written to.</exception>
    public ArchiveOutcome Record(
        ArchiveDocument document,
        Capture capture,
        Store store,
        ArchiveProgress progress,
        Action again,
        CancellationToken cancellation)
    {
        var bytes = ArchiveWriter.Write(document);
        var digest = Sha256Digest.Of(bytes);
        var archives = store.Archives(capture.EnvironmentId);
        foreach (var last in archives.NewestFirst())
        {
            if (last.Archive == digest && store.Files.Contains(digest) && store.Files.Contains(last.Capture!))
            {
                return IsWhole(document, store) || IsWholeAgain(document, store, again)
                    ? new ArchiveOutcome(document, digest, last.Capture!, last.Number, IsNew: false, progress)
                    : throw ReferencedObjects.Gone(capture.Environment.Prefix);
            }

            break;
        }

        var captureBytes = CaptureWriter.Write(capture);
        var archive = store.Files.Add(bytes);
        var captured = store.Files.Add(captureBytes);
        var named = new ReferencedObjects(store);
        named.Add(archive, capture.Environment.Prefix, bytes);
        named.Add(captured, capture.Environment.Prefix, captureBytes);
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
        if (named.PutBack() is not null || !(IsWhole(document, store) || IsWholeAgain(document, store, again)))
        {
            // A record of what cannot be restored is worse than none.
            archives.Append(ArchivedRecord.Forgetting(record, clock.GetUtcNow()), CancellationToken.None);
            throw ReferencedObjects.Gone(capture.Environment.Prefix);
        }

        return new ArchiveOutcome(document, archive, captured, record.Number, IsNew: true, progress);
    }

    private static bool IsWholeAgain(ArchiveDocument document, Store store, Action again)
    {
        try
        {
            again();
            return IsWhole(document, store);
        }
        catch (FirnException)
        {
            return false;
        }
    }

    /// <summary>Whether the store has all that the archive names, bytecode included.</summary>
    private static bool IsWhole(ArchiveDocument document, Store store)
    {
        foreach (var tree in document.Trees)
        {
            foreach (var package in tree.Packages)
            {
                if (!store.Bundles.Contains(package.Bundle)
                    || (package.HasBytecode && !store.Bundles.ContainsBytecode(package.Bundle, tree.CacheTag)))
                {
                    return false;
                }
            }
        }

        foreach (var file in document.Objects)
        {
            if (!store.Files.IsInPlace(file))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>An archive that is in the store.</summary>
/// <param name="Document">What it holds.</param>
/// <param name="Digest">The document's digest.</param>
/// <param name="Capture">The digest of the capture's document that the record names.</param>
/// <param name="Number">The number of its record in the environment's chain.</param>
/// <param name="IsNew">Whether the record was added now; if not, the last archive of this environment is the same.</param>
/// <param name="Progress">What was read and stored for it.</param>
internal sealed record ArchiveOutcome(
    ArchiveDocument Document, Sha256Digest Digest, Sha256Digest Capture, int Number, bool IsNew, ArchiveProgress Progress)
{
    /// <summary>What in the environment is not what the archive means.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];
}
