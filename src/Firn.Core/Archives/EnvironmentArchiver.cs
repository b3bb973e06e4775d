using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Bundling;
using Firn.Archives.Documents;
using Firn.Archives.Planning;
using Firn.Archives.Plans;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Layout;

namespace Firn.Archives;

/// <summary>
/// Keeps the bytes of captured environments in a store: one bundle for each package, then the document that ties them,
/// then the record. Whatever stops it before the record leaves only objects that nothing refers to.
/// </summary>
/// <param name="systemContext">The machine.</param>
/// <param name="options">What to archive.</param>
/// <param name="clock">Gives the time of the record; the system's own if <see langword="null"/>.</param>
internal sealed class EnvironmentArchiver(
    SystemContext systemContext, ArchiveOptions options, TimeProvider? clock = null)
{
    private static readonly Sha256Digest Archived = Sha256Digest.Of("archived"u8);

    /// <summary>Finds the files and says which bundle each goes into. No file but metadata is read.</summary>
    /// <param name="capture">The environment.</param>
    /// <param name="store">The store that it will go into; <see langword="null"/> where there is none yet.</param>
    /// <param name="cancellation">Stops the look.</param>
    /// <param name="ahead">A scan that was begun beside the capture.</param>
    /// <exception cref="FirnException">An environment of this kind cannot be archived.</exception>
    public PreparedArchive Prepare(
        Capture capture, Store? store, CancellationToken cancellation, BackgroundScan? ahead = null)
    {
        var planner = new EnvironmentPlanner(capture, systemContext, options, ahead, cancellation);
        var index = store is null
            ? null
            : UnchangedIndex.Open(systemContext, store.Description.Id, capture.Environment.Prefix);
        var fingerprint = planner.HasProjects ? null : planner.Scan.Fingerprint(capture, options, systemContext);
        if (fingerprint is not null && store is not null && !options.ReadsAll
            && new UnchangedArchives(store, index!).Find(fingerprint) is { } same)
        {
            return Prepared(planner.Nothing(), index, fingerprint, same);
        }

        var plan = planner.Plan();
        var unchanged = new Dictionary<PlannedBundle, BundleFacts>(ReferenceEqualityComparer.Instance);
        var changed = new List<PlannedBundle>();
        foreach (var tree in plan.Trees)
        {
            foreach (var bundle in tree.Bundles)
            {
                if (!options.ReadsAll && store is not null && bundle.Project is null
                    && new UnchangedArchives(store, index!).Find(bundle) is { } made)
                {
                    unchanged.Add(bundle, made);
                }
                else
                {
                    changed.Add(bundle);
                }
            }
        }

        return new PreparedArchive
        {
            Plan = plan,
            Unchanged = unchanged,
            Changed = changed,
            Index = index,
            Fingerprint = fingerprint,
        };
    }

    /// <summary>Reads what has changed, and keeps all of it.</summary>
    /// <param name="prepared">What <see cref="Prepare"/> found for this store.</param>
    /// <param name="store">The store.</param>
    /// <param name="progress">Is told what was read.</param>
    /// <param name="cancellation">Stops the work before the record is written, never after.</param>
    /// <exception cref="FirnException">A file changes or cannot be read, or the store cannot be written to.</exception>
    public ArchiveOutcome Archive(
        PreparedArchive prepared, Store store, ArchiveProgress progress, CancellationToken cancellation)
    {
        var plan = prepared.Plan;
        if (prepared.Same is { } same)
        {
            return Record(same, plan.Capture, store, progress, cancellation);
        }

        var leases = new StoreLeases(store.Path);
        var made = Make(prepared, store, leases, progress, cancellation);
        var document = new DocumentBuilder(plan, made).Build();
        var outcome = Record(document, plan.Capture, store, progress, cancellation);
        leases.Release();
        if (prepared.Index is { } index)
        {
            Remember(index, prepared, made, outcome.Digest);
        }

        return outcome with { Problems = OtherBytecode(made) };
    }

    /// <summary>The archive that <see cref="Archive"/> would make. Files that are not known to be unchanged are read; nothing is written.</summary>
    /// <param name="prepared">What <see cref="Prepare"/> found.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="FirnException">A file changes or cannot be read.</exception>
    public static ArchiveDocument Look(PreparedArchive prepared, CancellationToken cancellation)
    {
        if (prepared.Same is { } same)
        {
            return same;
        }

        var made = BundleQueue.Run([.. prepared.Changed], BundleDryRun.Make, cancellation);
        foreach (var (bundle, known) in prepared.Unchanged)
        {
            made.Add(bundle, known);
        }

        return new DocumentBuilder(prepared.Plan, made).Build();
    }

    private static Dictionary<PlannedBundle, BundleFacts> Make(
        PreparedArchive prepared, Store store, StoreLeases leases, ArchiveProgress progress, CancellationToken cancellation)
    {
        var plan = prepared.Plan;
        // Where this prefix was archived before, its bytecode was changed since. Another's of the same sources is taken as it is:
        // reading it all would triple the work of archiving an environment that shares its packages.
        var comparesBytecode = prepared.Index is { IsEmpty: false };
        var made = BundleQueue.Run(
            [.. prepared.Changed],
            (bundle, token) => new BundleMaker(store.Bundles, store.Files, leases, progress, comparesBytecode).Make(bundle, token),
            cancellation);
        foreach (var (bundle, known) in prepared.Unchanged)
        {
            made.Add(bundle, known);
        }

        return made;
    }

    /// <summary>Reads all of an environment and keeps its bundles, whatever the store has, and writes no record.</summary>
    public void KeepBundles(Capture capture, Store store)
    {
        var archiver = new EnvironmentArchiver(systemContext, options with { ReadsAll = true }, clock);
        var prepared = archiver.Prepare(capture, store, CancellationToken.None);
        var leases = new StoreLeases(store.Path);
        _ = Make(prepared, store, leases, new ArchiveProgress(0, 0), CancellationToken.None);
        leases.Release();
    }

    private static ImmutableArray<Problem> OtherBytecode(Dictionary<PlannedBundle, BundleFacts> made) =>
        [.. made.Where(static pair => pair.Value.OtherBytecode.Count > 0)
            .OrderBy(static pair => pair.Key.Name, StringComparer.Ordinal)
            .Select(static pair => new Problem(
                "bytecode-differs",
                pair.Value.OtherBytecode.Min(StringComparer.Ordinal),
                $"{pair.Value.OtherBytecode.Count} compiled file(s) of {pair.Key.Name} are other code than the store's of the same sources, which the archive means"))];

    private ArchiveOutcome Record(
        ArchiveDocument document, Capture capture, Store store, ArchiveProgress progress, CancellationToken cancellation) =>
        new ArchiveRecorder(clock ?? TimeProvider.System).Record(
            document, capture, store, progress, () => KeepBundles(capture, store), cancellation);

    private static PreparedArchive Prepared(
        ArchivePlan plan, UnchangedIndex? index, BundleFingerprint fingerprint, ArchiveDocument same) => new()
        {
            Plan = plan,
            Unchanged = new Dictionary<PlannedBundle, BundleFacts>(ReferenceEqualityComparer.Instance),
            Changed = [],
            Index = index,
            Fingerprint = fingerprint,
            Same = same,
        };

    private static void Remember(
        UnchangedIndex index,
        PreparedArchive prepared,
        Dictionary<PlannedBundle, BundleFacts> made,
        Sha256Digest archive)
    {
        var plan = prepared.Plan;
        if (prepared.Fingerprint is { } all && plan.IsKnownByItsFiles && made.Values.All(static bundle => bundle.OtherBytecode.Count == 0))
        {
            index.Keep(all.Digest, all.Newest, plan.LookedAt, Encoding.ASCII.GetBytes(archive.Hex));
        }

        // So that the next archive knows that there was one, whatever is not remembered.
        index.Keep(Archived, 0, plan.LookedAt, []);
        foreach (var tree in plan.Trees)
        {
            foreach (var bundle in tree.Bundles.Where(bundle => bundle.Project is null && made[bundle].OtherBytecode.Count == 0))
            {
                var fingerprint = BundleFingerprint.Of(bundle);
                index.Keep(
                    fingerprint.Digest, fingerprint.Newest, plan.LookedAt, BundleFactsBytes.Write(made[bundle]));
            }
        }

        index.Save();
    }
}

/// <summary>A plan, and which of its bundles the store is known to have without a look at their files.</summary>
internal sealed class PreparedArchive
{
    public required ArchivePlan Plan { get; init; }

    /// <summary>Bundles of which no file has changed since they were archived.</summary>
    public required IReadOnlyDictionary<PlannedBundle, BundleFacts> Unchanged { get; init; }

    /// <summary>Bundles whose files are to be read.</summary>
    public required IReadOnlyList<PlannedBundle> Changed { get; init; }

    /// <summary>Remembers for the next time; <see langword="null"/> in a dry run.</summary>
    public UnchangedIndex? Index { get; init; }

    /// <summary>All that was looked at, as one digest; <see langword="null"/> where there is more to an archive.</summary>
    public BundleFingerprint? Fingerprint { get; init; }

    /// <summary>The archive that the store has of exactly these files; nothing else was planned then.</summary>
    public ArchiveDocument? Same { get; init; }

    /// <summary>Bytes to read.</summary>
    public long Size => Changed.Sum(static bundle => bundle.ReadSize);

    /// <summary>Files to read.</summary>
    public int FileCount => Changed.Sum(static bundle => bundle.FileCount);

    /// <summary>Bytes that need not be read.</summary>
    public long UnchangedSize => Unchanged.Keys.Sum(static bundle => bundle.ReadSize);
}
