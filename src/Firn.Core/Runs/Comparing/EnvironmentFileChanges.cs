using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Runs.Building;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Storage;

namespace Firn.Runs.Comparing;

/// <summary>
/// Whether the files that the last run of an analysis could use are what they were, where the captures of both are equal:
/// those of the environment by their bytes, and all others that Python would find by what the file system says of them.
/// </summary>
internal static class EnvironmentFileChanges
{
    /// <summary>One line for each change; nothing means that all of them are as they were.</summary>
    /// <param name="last">The last run.</param>
    /// <param name="now">What a run would find now.</param>
    /// <param name="archive">The archive of the environment as it is now; <see langword="null"/> where it is not kept.</param>
    /// <param name="code">What the file system said before the last run: <see cref="Firn.Runs.Records.RunState.Code"/>.</param>
    /// <param name="store">The store.</param>
    /// <param name="cancellation">Ends the look.</param>
    public static ImmutableArray<string> Of(
        RecordedRun last, PreparedRun now, ArchiveDocument? archive, Sha256Digest? code, Store store, CancellationToken cancellation)
    {
        var before = ArchiveDifferences.ArchiveOf(last.Record);
        var isArchived = archive is not null && before is not null && store.Files.Contains(before);
        var lines = ImmutableArray.CreateBuilder<string>();
        if (isArchived)
        {
            Add(lines, ArchiveDifferences.Read(before!, store), archive!, store);
        }

        // Runs of earlier versions did not look; where the bytes are compared, little is left.
        if (code is null ? !isArchived : StateOf(now, isArchived ? archive : null, cancellation) != code)
        {
            lines.Add(isArchived
                ? "code on sys.path outside of the environment"
                : "the files of the environment, which is not archived");
        }

        return lines.ToImmutable();
    }

    /// <summary>The same since the build, but for the project's own code, which is not part of its environment.</summary>
    /// <param name="built">The files then.</param>
    /// <param name="now">The files now.</param>
    /// <param name="project">The project's folder.</param>
    /// <param name="settings">What of an environment is archived.</param>
    /// <param name="store">The store.</param>
    /// <param name="cancellation">Ends the look.</param>
    /// <exception cref="FirnException">A file changes or cannot be read.</exception>
    public static ImmutableArray<string> SinceBuild(
        BuiltFiles built, EnvironmentSnapshot now, string project, RunSettings settings, Store store, CancellationToken cancellation)
    {
        if (built.Code == now.Code && built.Archive is { } same && Sha256Digest.Of(same.Span) == now.Kept.Archive)
        {
            return [];
        }

        var lines = ImmutableArray.CreateBuilder<string>();
        var before = built.Archive is { } bytes ? ArchiveReader.Read(bytes) : null;
        if (before is not null)
        {
            // Of a run that keeps no archive the bytes are compared all the same.
            var document = now.Kept.Document ?? RunEnvironmentArchiver.Look(settings, now.Capture, store, cancellation);
            Add(lines, Without(before, project), Without(document, project), store);
        }

        // What an archive lacks depends on what was asked for: one of the same kind is compared.
        if (built.Code != now.Code && built.Code != OutsideCodeFingerprint.Of(now.Capture, project, before, cancellation))
        {
            lines.Add(before is null ? "the files of the environment, which is not archived" : "code on sys.path outside of the environment");
        }

        return lines.ToImmutable();
    }

    private static void Add(ImmutableArray<string>.Builder lines, ArchiveDocument before, ArchiveDocument now, Store store)
    {
        foreach (var change in ArchiveDifferences.Of(before, now, store.Bundles))
        {
            lines.Add(change.Kind == "file" ? $"the file {change.Name} of the environment"
                : change.Name.StartsWith(ArchiveDifferences.Ownerless, StringComparison.Ordinal) ? "files of the environment that no package owns"
                : $"the files of {change.Name}");
        }
    }

    private static Sha256Digest StateOf(PreparedRun now, ArchiveDocument? archive, CancellationToken cancellation) =>
        now.Files is { } files && ReferenceEquals(files.Kept.Document, archive)
            ? files.Code
            : OutsideCodeFingerprint.Of(now.Capture, now.Task.Project.Folder, archive, cancellation);

    private static ArchiveDocument Without(ArchiveDocument archive, string project) => archive with
    {
        Environment = archive.Environment with
        {
            Packages = archive.Environment.Packages.RemoveAll(package =>
                package.Kind == ArchivedPackageKind.Project && package.ProjectPath is { } path && RealPath.IsWithin(path, project)),
        },
    };
}
