using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Checks;
using Firn.Storage.Collection;
using Firn.Storage.Contents;
using Firn.Storage.Layout;

namespace Firn.Storage.Repairs;

/// <summary>
/// Mends what a check finds where that can be done, and puts the rest aside. Nothing is deleted but what a killed process
/// left in <c>tmp</c>.
/// </summary>
internal sealed class StoreRepairer
{
    private readonly string _store;
    private readonly RepairOptions _options;
    private readonly QuarantineFolder _quarantine;
    private readonly ObjectRepair _objects;
    private readonly RecordRepair _records;

    private StoreRepairer(string store, RepairOptions options)
    {
        _store = store;
        _options = options;
        _quarantine = new QuarantineFolder(store, options.Check.Clock);
        _objects = new ObjectRepair(store, _quarantine);
        _records = new RecordRepair(store, _quarantine, options.Check.Clock);
    }

    /// <summary>Checks every byte of a store, mends it, and checks again.</summary>
    /// <exception cref="FirnException">There is no store, or it cannot be written to.</exception>
    public static RepairReport Repair(string store, RepairOptions options, CancellationToken cancellation)
    {
        var found = StoreChecker.Check(store, options.Check, cancellation);
        var repairer = new StoreRepairer(store, options);
        var actions = ImmutableArray.CreateBuilder<RepairAction>();
        // Links first, so that nothing is looked for behind one. Then modes: what cannot be read or written cannot be
        // mended. Records in order: each names the one before.
        foreach (var finding in found.Findings.OrderBy(finding => Rank(finding.Kind)).ThenBy(finding => finding.Path, StringComparer.Ordinal))
        {
            cancellation.ThrowIfCancellationRequested();
            actions.Add(repairer.Act(finding));
        }

        var left = options.IsDryRun
            ? found.Count(FindingLevel.Damage)
            : StoreChecker.Check(store, options.Check with { ReadData = false, Progress = new CheckProgress() }, cancellation)
                .Count(FindingLevel.Damage);
        return new RepairReport(options.IsDryRun, actions.ToImmutable(), left);
    }

    private static int Rank(FindingKind kind) =>
        kind == FindingKinds.Link ? -1
        : kind == FindingKinds.WrongMode || kind == FindingKinds.Unreadable ? 0
        : kind == FindingKinds.CollectionUnfinished ? 1
        : kind == FindingKinds.HintWrong ? 3
        : 2;

    private RepairAction Act(Finding finding)
    {
        var kind = finding.Kind;
        if (_options.IsDryRun)
        {
            return new RepairAction(finding, Plan(kind), HintFor(finding));
        }

        var done =
            kind == FindingKinds.Link ? RemoveLink(finding)
            : kind == FindingKinds.WrongMode || kind == FindingKinds.Unreadable ? ModeRepair.Repair(_store, finding.Path)
            : kind == FindingKinds.StoreDescription ? DescriptionRepair.Repair(_store, _quarantine, _options.Check.Clock)
            : kind == FindingKinds.ObjectDamaged ? _objects.RepairObject(finding)
            : kind == FindingKinds.ObjectMisplaced ? _objects.RepairMisplaced(finding)
            : kind == FindingKinds.BundleDamaged || kind == FindingKinds.BytecodeDamaged ? _objects.QuarantineBundle(finding)
            : kind == FindingKinds.IndexMissing || kind == FindingKinds.IndexDamaged ? _objects.RebuildIndex(finding)
            : kind == FindingKinds.BundleIncomplete ? _objects.RepairIncomplete(finding)
            : kind == FindingKinds.RecordMissing || kind == FindingKinds.RecordDamaged
                || kind == FindingKinds.RecordName || kind == FindingKinds.RecordNumber ? _records.Repair(finding)
            : kind == FindingKinds.HintWrong ? _records.RepairHint(finding)
            : kind == FindingKinds.LeftoverTemporary ? RemoveLeftover(finding)
            : kind == FindingKinds.CollectionUnfinished ? PutBack(finding)
            : kind == FindingKinds.ForeignFile || kind == FindingKinds.SourceDamaged ? _quarantine.Describe(finding.Path)
            : kind == FindingKinds.ObjectMissing || kind == FindingKinds.BundleMissing ? FoundAgain(finding)
            : null;
        return new RepairAction(finding, done, done is null || NeedsMore(kind, done) ? HintFor(finding) : null);
    }

    private static string? Plan(FindingKind kind) =>
        kind == FindingKinds.Link ? "would take the link away, and leave alone what it leads to"
        : kind == FindingKinds.WrongMode || kind == FindingKinds.Unreadable ? "would set its mode to 0444"
        : kind == FindingKinds.StoreDescription ? "would write a new one"
        : kind == FindingKinds.ObjectMisplaced ? "would move it to its place, or to quarantine where it is damaged"
        : kind == FindingKinds.IndexMissing || kind == FindingKinds.IndexDamaged ? "would make the index anew from the archive"
        : kind == FindingKinds.RecordMissing ? "would put a tombstone in its place"
        : kind == FindingKinds.RecordDamaged ? "would mend it where one bit is wrong, else move it to quarantine with a tombstone in its place"
        : kind == FindingKinds.ObjectDamaged ? "would mend it where one bit is wrong, else move it to quarantine"
        : kind == FindingKinds.HintWrong ? "would write the number of the last record"
        : kind == FindingKinds.LeftoverTemporary ? "would remove it when it is older than the grace period"
        : kind == FindingKinds.CollectionUnfinished ? "would put it back"
        : kind == FindingKinds.ObjectMissing || kind == FindingKinds.BundleMissing || kind == FindingKinds.ArchiveDamaged
            || kind == FindingKinds.ChainBroken || kind == FindingKinds.RecordSchema || kind == FindingKinds.StoreSchema
            || kind == FindingKinds.RecordLost ? null
        : "would move it to quarantine";

    private static bool NeedsMore(FindingKind kind, string done) =>
        (kind == FindingKinds.ObjectDamaged || kind == FindingKinds.BundleDamaged || kind == FindingKinds.BytecodeDamaged)
        && done.StartsWith("moved", StringComparison.Ordinal);

    private string? HintFor(Finding finding)
    {
        var kind = finding.Kind;
        return kind == FindingKinds.BundleDamaged || kind == FindingKinds.BytecodeDamaged ? FindingKinds.BundleMissing.Repair.Replace("STORE", ShellQuoting.Quote(_store), StringComparison.Ordinal)
            : kind == FindingKinds.ObjectDamaged ? FindingKinds.ObjectMissing.Repair.Replace("STORE", ShellQuoting.Quote(_store), StringComparison.Ordinal)
            : _options.IsDryRun && finding.Repair(_store).StartsWith("firn store repair", StringComparison.Ordinal) ? null
            : finding.Repair(_store);
    }

    /// <summary>The link itself goes, and what it leads to stays where and as it is.</summary>
    private string? RemoveLink(Finding finding)
    {
        var path = Path.Join(_store, finding.Path);
        if (RealPath.LinkTarget(path) is not { } target)
        {
            return "it has gone meanwhile";
        }

        try
        {
            StoreTree.Delete(_store, path);
            return $"took the link to {ShellQuoting.Quote(target)} away";
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(_store, path, exception);
        }
    }

    private string? RemoveLeftover(Finding finding)
    {
        var path = Path.Join(_store, finding.Path);
        var oldest = _options.Check.Clock.GetUtcNow() - _options.Check.Grace;
        if (!Firn.Common.Files.FileStatReader.TryRead(path, out var stat) || new ContentFile(finding.Path, stat).Time >= oldest)
        {
            return "left alone: it may be a writer's that works just now";
        }

        return TemporaryFiles.TryRemove(_store, finding.Path) ? "removed" : null;
    }

    private string PutBack(Finding finding)
    {
        Firn.Common.Files.FileStatReader.TryRead(Path.Join(_store, finding.Path), out var stat);
        return RemovalCandidates.PutBackUnfinished(_store, [new ContentFile(finding.Path, stat)]) > 0
            ? $"put back to {CollectedFolder.OriginOf(finding.Path)}"
            : "removed: it is in its place again";
    }

    /// <summary>What was missing may have been put back from an unfinished collection, or out of the wrong folder.</summary>
    private string? FoundAgain(Finding finding) => StoreTree.HasFile(_store, Path.Join(_store, finding.Path)) ? "it is there again" : null;
}

/// <summary>How a store is repaired.</summary>
internal sealed record RepairOptions
{
    /// <summary>Whether to say what would be done, and do nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The check before it, always of every byte.</summary>
    public CheckOptions Check { get; init; } = new() { ReadData = true };
}

/// <summary>What a repair of a store came to.</summary>
/// <param name="IsDryRun">Whether nothing was done.</param>
/// <param name="Actions">One for each finding of the check before.</param>
/// <param name="Remaining">How much damage is left that only the user can mend, by a second check.</param>
public sealed record RepairReport(bool IsDryRun, ImmutableArray<RepairAction> Actions, int Remaining);

/// <summary>What was done about a finding, or would be.</summary>
/// <param name="Finding">The finding.</param>
/// <param name="Done">What was done, one line; <see langword="null"/> where nothing could be.</param>
/// <param name="Hint">What is left for the user to do; <see langword="null"/> where nothing is.</param>
public sealed record RepairAction(Finding Finding, string? Done, string? Hint);

/// <summary>Mends <c>firn-store.json</c>, or writes a new one: nothing else in a store rests on it.</summary>
internal static class DescriptionRepair
{
    public static string Repair(string store, QuarantineFolder quarantine, TimeProvider clock)
    {
        var path = Path.Join(store, StoreLayout.Description);
        var content = BoundedFile.Read(path, StoreDescriptionJson.Limit).Bytes.ToArray();
        var wasMended = BitMender.TryMend(content, bytes => RecordChecksum.IsIntact(bytes));
        var old = quarantine.Take(StoreLayout.Description);
        using var staged = StagedFile.Create(store, "store");
        staged.Write(wasMended ? content : StoreDescriptionJson.Write(Rebuild(content, store, path, clock)));
        staged.Seal(durably: true);
        staged.TryPlace(path);
        StoreTree.Synchronize(store, store);
        return wasMended ? "flipped the wrong bit back" : old is null ? "wrote a new one" : $"wrote a new one; the old one is {old}";
    }

    /// <summary>What can still be read of the old one stays.</summary>
    private static StoreDescription Rebuild(byte[] content, string store, string path, TimeProvider clock)
    {
        try
        {
            return StoreDescriptionJson.Read(content, path);
        }
        catch (FirnException)
        {
            return new StoreDescription(Guid.NewGuid().ToString("D"), Path.GetFileName(store), clock.GetUtcNow());
        }
    }
}
