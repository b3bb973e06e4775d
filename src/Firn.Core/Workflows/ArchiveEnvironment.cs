using System.Collections.Immutable;
using Firn.Archives;
using Firn.Archives.Bundling;
using Firn.Archives.Documents;
using Firn.Archives.Planning;
using Firn.Archives.Plans;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Projects;
using Firn.Storage;

namespace Firn.Workflows;

/// <summary>How to archive.</summary>
public sealed record ArchiveEnvironmentOptions
{
    /// <summary>The store's folder, made where it does not exist; <see langword="null"/> for <c>FIRN_STORE</c>, else the user's own.</summary>
    public string? Store { get; init; }

    /// <summary>Whether the operating system's Python is archived too.</summary>
    public bool WithInterpreter { get; init; }

    /// <summary>Whether every file is read, also where nothing says that it has changed since the last time.</summary>
    public bool ReadsData { get; init; }

    /// <summary>Whether more may be archived than <c>FIRN_ARCHIVE_LIMIT</c> allows (2 GB where it is not set).</summary>
    public bool IsUnlimited { get; init; }
}

/// <summary>What came of archiving.</summary>
public sealed record ArchiveEnvironmentResult
{
    internal ArchiveEnvironmentResult(string store, PreparedArchive prepared, ArchiveOutcome? outcome)
    {
        Store = store;
        Prepared = prepared;
        Outcome = outcome;
        Missed = ArchiveDocument.Missed(outcome?.Document.LeftOut ?? prepared.Plan.LeftOut, prepared.Plan.Problems);
    }

    /// <summary>The store's folder.</summary>
    public string Store { get; }

    /// <summary>The environment.</summary>
    public string EnvironmentId => Prepared.Plan.Capture.EnvironmentId;

    /// <summary>The archive's number among those of its environment, from 1; <see langword="null"/> in a dry run.</summary>
    public int? Number => Outcome?.Number;

    /// <summary>Whether a record was added; else the last archive of this environment is the same, or it was a dry run.</summary>
    public bool IsNew => Outcome is { IsNew: true };

    /// <summary>What was to be read: the bundles that may have changed since the last time.</summary>
    public ImmutableArray<ChangedBundle> Changed =>
        [.. Prepared.Changed.Select(static bundle => new ChangedBundle(bundle.Name, bundle.Version, bundle.ReadSize))];

    /// <summary>How many files they have.</summary>
    public int ChangedFileCount => Prepared.FileCount;

    /// <summary>How many bytes they have.</summary>
    public long ChangedSize => Prepared.Size;

    /// <summary>How many bundles need not be read.</summary>
    public int UnchangedCount => Prepared.Unchanged.Count;

    /// <summary>How many bytes they have.</summary>
    public long UnchangedSize => Prepared.UnchangedSize;

    /// <summary>What was read and stored; <see langword="null"/> in a dry run.</summary>
    public ArchivedAmounts? Amounts => Outcome is { } outcome ? AmountsOf(outcome) : null;

    /// <summary>Files that are not what the record of their package says; empty in a dry run.</summary>
    public ImmutableArray<EditedPackageFile> Edited => Outcome is not { } outcome
        ? []
        : [
            .. outcome.Document.Trees.SelectMany(static tree => tree.Packages).SelectMany(static package => package.Edited
                .Select(file => new EditedPackageFile(package.Name, file.Path, file.Recorded, file.Observed))),
        ];

    /// <summary>Everything that the environment has or imports and the archive has not.</summary>
    public ImmutableArray<SkippedFile> LeftOut =>
        [.. Outcome is null ? Prepared.Plan.LeftOut : Outcome.Document.LeftOut, .. Prepared.Plan.OfSession];

    /// <summary>What the environment reads, and the archive has not.</summary>
    public IReadOnlyList<Problem> Missed { get; }

    /// <summary>Whether the archive has all that the environment reads and imports.</summary>
    public bool IsWhole => !LeftOut.Any(static file => file.IsMissed) && !Prepared.Plan.OfSession.Any();

    /// <summary>What its user should know: what was met before anything was read, <see cref="Missed"/>, and what was met then.</summary>
    public ImmutableArray<Problem> Problems => [.. PlanProblems, .. Missed, .. Outcome?.Problems ?? []];

    /// <summary>Those of the problems that were met before anything was read.</summary>
    public IReadOnlyList<Problem> PlanProblems => Prepared.Plan.Problems;

    /// <summary>Writes it as a document, <c>firn.archive-report/1</c>.</summary>
    public void WriteJson(Stream stream) => stream.Write(ArchiveReportDocument.Write(this));

    /// <summary>What was planned.</summary>
    internal PreparedArchive Prepared { get; }

    /// <summary>What was done; <see langword="null"/> in a dry run.</summary>
    internal ArchiveOutcome? Outcome { get; }

    private ArchivedAmounts AmountsOf(ArchiveOutcome outcome)
    {
        var bundles = outcome.Document.Bundles.Length;
        var unchanged = Prepared.Same is null ? Prepared.Unchanged.Count : bundles;
        return new ArchivedAmounts
        {
            Bundles = bundles,
            ReadBundles = Math.Max(bundles - unchanged, 0),
            ReadFiles = outcome.Progress.FileCount,
            ReadBytes = outcome.Progress.Bytes,
            BytesAlreadyThere = outcome.Progress.There,
            StoredBytes = outcome.Progress.Stored,
        };
    }
}

/// <summary>A bundle, one package's files, that may have changed since it was archived.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">Its version; <see langword="null"/> where it has none.</param>
/// <param name="Size">Bytes to read.</param>
public sealed record ChangedBundle(string Name, string? Version, long Size);

/// <summary>What was read and stored for an archive.</summary>
public sealed record ArchivedAmounts
{
    /// <summary>Bundles of the archive.</summary>
    public required int Bundles { get; init; }

    /// <summary>Those that were read.</summary>
    public required int ReadBundles { get; init; }

    /// <summary>Files that were read.</summary>
    public required int ReadFiles { get; init; }

    /// <summary>Their bytes.</summary>
    public required long ReadBytes { get; init; }

    /// <summary>Bytes of them that the store had already.</summary>
    public required long BytesAlreadyThere { get; init; }

    /// <summary>Bytes that came into the store, compressed.</summary>
    public required long StoredBytes { get; init; }
}

/// <summary>A file that is not what the record of its package says.</summary>
/// <param name="Package">The package.</param>
/// <param name="Path">Its path in the bundle.</param>
/// <param name="Recorded">The recorded digest.</param>
/// <param name="Observed">The digest of its bytes; <see langword="null"/> where the file is missing.</param>
public sealed record EditedPackageFile(string Package, string Path, string Recorded, Sha256Digest? Observed);

/// <summary>Keeps the bytes of a captured environment in a store, so that it can be restored without network.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class ArchiveEnvironment(SystemContext systemContext)
{
    /// <summary>Archives.</summary>
    /// <param name="capture">The environment; it must be as it was captured.</param>
    /// <param name="options">How, and into which store.</param>
    /// <param name="observer">Is told how far it is.</param>
    /// <param name="cancellation">Ends it before the record is written.</param>
    /// <exception cref="FirnException">It is of a kind that is not archived, too large, or the store cannot be written.</exception>
    public ArchiveEnvironmentResult Run(
        Capture capture, ArchiveEnvironmentOptions options, IWorkObserver? observer = null, CancellationToken cancellation = default) =>
        Run(capture, options, isDryRun: false, null, observer, cancellation);

    /// <summary>Archives, or says what would be archived.</summary>
    /// <param name="capture">The environment.</param>
    /// <param name="options">How.</param>
    /// <param name="isDryRun">Whether nothing is written.</param>
    /// <param name="scan">The scan of its files that was begun beside the capture.</param>
    /// <param name="observer">Is told how far it is.</param>
    /// <param name="cancellation">Ends it before the record is written.</param>
    internal ArchiveEnvironmentResult Run(
        Capture capture,
        ArchiveEnvironmentOptions options,
        bool isDryRun,
        BackgroundScan? scan,
        IWorkObserver? observer,
        CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new FirnException(
                "environments cannot be archived on Windows", "archive on Linux or macOS; captures work everywhere");
        }

        var path = ProjectStore.LocateAnywhere(options.Store, null, systemContext);
        // A dry run leaves no trace: where there is no store, everything would be new.
        var store = !isDryRun ? TrustedStores.OpenOrCreate(path, systemContext, TimeProvider.System)
            : Directory.Exists(path) ? Store.Open(path) : null;
        var archiver = new EnvironmentArchiver(
            systemContext, new ArchiveOptions { WithInterpreter = options.WithInterpreter, ReadsAll = options.ReadsData });
        var prepared = archiver.Prepare(capture, store, cancellation, scan);
        if (isDryRun || store is null)
        {
            return new ArchiveEnvironmentResult(path, prepared, null);
        }

        CheckSize(prepared, options);
        var progress = new ArchiveProgress(prepared.FileCount, prepared.Size);
        using var step = observer.Begin(progress);
        return new ArchiveEnvironmentResult(path, prepared, archiver.Archive(prepared, store, progress, cancellation));
    }

    private void CheckSize(PreparedArchive prepared, ArchiveEnvironmentOptions options)
    {
        var limit = ArchiveLimit.Of(systemContext);
        if (prepared.Size > limit && !options.IsUnlimited)
        {
            throw new FirnException(
                $"the environment has {SizeText.Of(prepared.Size)} in {prepared.FileCount} files to archive, more than the limit of {SizeText.Of(limit)}",
                $"add {RequestSetting.IsUnlimited} to archive it, or set {ArchiveLimit.Variable}; {RequestSetting.IsDryRun} shows the sizes",
                FailureKind.InvalidRequest);
        }
    }
}
