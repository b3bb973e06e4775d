using System.Collections.Immutable;
using Firn.Captures.Archives;
using Firn.Common;
using Firn.Storage;

namespace Firn.Analyses.Running;

/// <summary>
/// Whether the files that the last run of an analysis could use are what they were, where the captures of both are equal:
/// those of the environment by their bytes, and all others that Python would find by what the file system says of them.
/// </summary>
internal static class FileChanges
{
    /// <summary>One line for each change; nothing means that all of them are as they were.</summary>
    /// <param name="last">The last run.</param>
    /// <param name="now">What a run would find now.</param>
    /// <param name="archive">The archive of the environment as it is now; <see langword="null"/> where it is not kept.</param>
    /// <param name="code">What the file system said before the last run: <see cref="Building.RunState.Code"/>.</param>
    /// <param name="store">The store.</param>
    /// <param name="cancellation">Ends the look.</param>
    public static ImmutableArray<string> Of(
        LastRun last, PreparedRun now, ArchiveDocument? archive, Sha256Digest? code, Store store, CancellationToken cancellation)
    {
        var before = ArchiveChanges.ArchiveOf(last.Record);
        var isArchived = archive is not null && before is not null && store.Files.Contains(before);
        var lines = ImmutableArray.CreateBuilder<string>();
        if (isArchived)
        {
            foreach (var change in ArchiveChanges.Of(ArchiveChanges.Read(before!, store), archive!, store.Bundles))
            {
                lines.Add(change.Kind == "file" ? $"the file {change.Name} of the environment"
                    : change.Name.StartsWith(ArchiveChanges.Ownerless, StringComparison.Ordinal) ? "files of the environment that no package owns"
                    : $"the files of {change.Name}");
            }
        }

        var project = now.Task.Project.Folder;
        // Runs of earlier versions did not look; where the bytes are compared, little is left.
        if (code is null ? !isArchived : EnvironmentState.Of(now.Capture, project, isArchived ? archive : null, cancellation) != code)
        {
            lines.Add(isArchived
                ? "code on sys.path outside of the environment"
                : "the files of the environment, which is not archived");
        }

        return lines.ToImmutable();
    }
}
