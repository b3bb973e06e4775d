using Firn.Analyses.Projects;
using Firn.Captures;
using Firn.Captures.Archives;
using Firn.Captures.Archives.Planning;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage;

namespace Firn.Cli.Commands;

/// <summary>Archives a captured environment for <c>firn capture --archive</c>.</summary>
internal sealed class ArchiveRunner(CommandContext context, ArchiveRequest request)
{
    /// <summary>Archives, or says what would be archived.</summary>
    /// <param name="capture">The environment.</param>
    /// <param name="scan">The scan of its files that was begun beside the capture.</param>
    /// <param name="isDryRun">Whether nothing is written.</param>
    /// <param name="cancellation">Stops it before the record is written.</param>
    public ArchiveReport Run(Capture capture, ScanAhead? scan, bool isDryRun, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new FirnException(
                "environments cannot be archived on Windows", "archive on Linux or macOS; captures work everywhere");
        }

        var path = ProjectStore.LocateAnywhere(request.Store, null, context.Surroundings);
        // A dry run leaves no trace: where there is no store, everything would be new.
        var store = !isDryRun ? OwnStores.OpenOrCreate(path, context.Surroundings, TimeProvider.System)
            : Directory.Exists(path) ? Store.Open(path) : null;
        var archiver = new EnvironmentArchiver(context.Surroundings, request.Options);
        var prepared = archiver.Prepare(capture, store, cancellation, scan);
        if (isDryRun || store is null)
        {
            return new ArchiveReport(path, prepared, null);
        }

        CheckSize(prepared);
        var progress = new ArchiveProgress(prepared.FileCount, prepared.Size);
        using var line = new ArchiveProgressLine(context.Console, progress);
        return new ArchiveReport(path, prepared, archiver.Archive(prepared, store, progress, cancellation));
    }

    private void CheckSize(PreparedArchive prepared)
    {
        var limit = ArchiveLimit.Of(context.Surroundings);
        if (prepared.Size > limit && !request.IsConfirmed)
        {
            throw new FirnException(
                $"the environment has {SizeText.Of(prepared.Size)} in {prepared.FileCount} files to archive, more than the limit of {SizeText.Of(limit)}",
                $"add --yes to archive it, or set {ArchiveLimit.Variable}; --dry-run shows the sizes",
                ExitCodes.Usage);
        }
    }
}
