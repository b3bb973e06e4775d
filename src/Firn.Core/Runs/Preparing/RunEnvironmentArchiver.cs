using Firn.Archives;
using Firn.Archives.Bundling;
using Firn.Archives.Documents;
using Firn.Archives.Planning;
using Firn.Archives.Plans;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Runs.Building;
using Firn.Storage;

namespace Firn.Runs.Preparing;

/// <summary>
/// Archives the environments of runs, one at a time: several analyses mostly have the same one, and then the second finds
/// it there. An environment that cannot be archived does not stop a run.
/// </summary>
internal sealed class RunEnvironmentArchiver(RunSettings settings, TimeProvider clock)
{
    private readonly Lock _lock = new();

    /// <summary>Keeps an environment.</summary>
    /// <param name="capture">The environment.</param>
    /// <param name="store">The store.</param>
    /// <param name="started">Is told before files are read; what it returns shows how far it is, until all are read.</param>
    /// <param name="ahead">A scan that was begun beside the capture.</param>
    /// <param name="cancellation">Stops it.</param>
    public ArchivedEnvironment Keep(
        Capture capture, Store store, Func<ArchiveProgress, IDisposable?> started, BackgroundScan? ahead, CancellationToken cancellation)
    {
        if (!settings.IsArchived)
        {
            return ArchivedEnvironment.NotAsked;
        }

        lock (_lock)
        {
            try
            {
                return Archive(capture, store, started, ahead, cancellation);
            }
            catch (FirnException)
            {
                // Somebody else writes there, bytecode mostly: it may have come to rest.
                return Again(capture, store, started, cancellation);
            }
        }
    }

    /// <summary>The archive that an environment would have. Nothing is written.</summary>
    /// <exception cref="FirnException">A file changes or cannot be read.</exception>
    public static ArchiveDocument Look(RunSettings settings, Capture capture, Store? store, CancellationToken cancellation)
    {
        var options = new ArchiveOptions { WithInterpreter = settings.WithInterpreter };
        return EnvironmentArchiver.Look(
            new EnvironmentArchiver(settings.SystemContext, options).Prepare(capture, store, cancellation), cancellation);
    }

    private ArchivedEnvironment Again(Capture capture, Store store, Func<ArchiveProgress, IDisposable?> started, CancellationToken cancellation)
    {
        try
        {
            return Archive(capture, store, started, ahead: null, cancellation);
        }
        catch (FirnException exception)
        {
            return new ArchivedEnvironment(
                null, new Problem("archive-missing", capture.Environment.Prefix, $"the environment is not archived: {exception.Message}"), 0);
        }
    }

    private ArchivedEnvironment Archive(
        Capture capture, Store store, Func<ArchiveProgress, IDisposable?> started, BackgroundScan? ahead, CancellationToken cancellation)
    {
        var options = new ArchiveOptions { WithInterpreter = settings.WithInterpreter };
        var archiver = new EnvironmentArchiver(settings.SystemContext, options, clock);
        var prepared = archiver.Prepare(capture, store, cancellation, ahead);
        var limit = ArchiveLimit.Of(settings.SystemContext);
        if (prepared.Size > limit)
        {
            return new ArchivedEnvironment(
                null,
                new Problem(
                    "archive-too-large",
                    capture.Environment.Prefix,
                    $"the environment is not archived: it has {prepared.Size:N0} bytes to read, more than the limit of {limit:N0}; "
                    + $"`firn capture --archive --yes` archives it once, {ArchiveLimit.Variable} raises the limit"),
                0);
        }

        var progress = new ArchiveProgress(prepared.FileCount, prepared.Size);
        using var shown = prepared.Size > 0 ? started(progress) : null;
        var outcome = archiver.Archive(prepared, store, progress, cancellation);
        var missed = ArchiveDocument.Missed(outcome.Document.LeftOut, prepared.Plan.Problems);
        return new ArchivedEnvironment(
            outcome.Digest,
            missed.Count switch
            {
                0 => prepared.Plan.Missing ?? outcome.Problems.FirstOrDefault(),
                1 => missed[0],
                _ => missed[0] with { Message = $"{missed[0].Message}, and {missed.Count - 1} more are missing from the archive" },
            },
            prepared.Size)
        { Document = outcome.Document };
    }
}

/// <summary>Whether the bytes of an environment are in the store.</summary>
/// <param name="Archive">The archive's document; <see langword="null"/> where there is none.</param>
/// <param name="Problem">Why there is none although there should be, or what of the environment it lacks.</param>
/// <param name="ReadBytes">How much was read for it; 0 where nothing had changed.</param>
internal sealed record ArchivedEnvironment(Sha256Digest? Archive, Problem? Problem, long ReadBytes)
{
    public static ArchivedEnvironment NotAsked { get; } = new(null, null, 0);

    /// <summary>The archive's document, where it was made or found just now.</summary>
    public ArchiveDocument? Document { get; init; }
}

/// <summary>The files of an environment as they are before a run.</summary>
/// <param name="Capture">The environment.</param>
/// <param name="Kept">What became of their bytes.</param>
/// <param name="Code">What the file system says of the code that the archive does not hold: <see cref="OutsideCodeFingerprint"/>.</param>
internal sealed record EnvironmentSnapshot(Capture Capture, ArchivedEnvironment Kept, Sha256Digest Code)
{
    /// <summary>The same as a build notes it.</summary>
    public BuiltFiles Built() => new(Code, Kept.Document is { } document ? ArchiveWriter.Write(document) : default(ReadOnlyMemory<byte>?));
}
