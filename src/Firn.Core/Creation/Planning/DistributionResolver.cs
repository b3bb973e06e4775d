using System.Collections.Immutable;
using Firn.Common;
using Firn.Creation.Packages;
using Firn.Fetching;
using Firn.Python.Candidates;
using Firn.Python.Indexes;
using Firn.Python.Locks;
using Firn.Python.Versions;

namespace Firn.Creation.Planning;

/// <summary>
/// Finds the wheel of each locked distribution: one that the store has by its digest, else the best one of its files or of
/// the indexes. Everything that cannot be found is named at once.
/// </summary>
internal sealed class DistributionResolver(
    PackageIndex index, SourceIndex? sources, WheelTags tags, PythonTarget python, PlanOptions options)
{
    private readonly Pep440Version _pythonVersion = Pep440Version.Parse(python.Version)!;

    /// <summary>The wheels, and what has no wheel and has to be built.</summary>
    /// <exception cref="FirnException">Some distributions cannot be had.</exception>
    public (ImmutableArray<PlannedWheel> Wheels, ImmutableArray<PlannedBuild> Builds) Resolve(
        IReadOnlyList<LockedDistribution> distributions, CancellationToken cancellation)
    {
        var results = new Resolved[distributions.Count];
        WorkerThreads.OnThreads(distributions.Count, options.Parallel, "firn create", work =>
        {
            while (work.TryTake(out var i))
            {
                results[i] = ResolveOne(distributions[i], work.Stop);
            }
        }, cancellation);
        var missing = results.Where(result => result.Reason is not null).Select(result => result.Reason!).ToList();
        if (missing.Count > 0)
        {
            throw new FirnException(
                $"{(missing.Count == 1 ? "a package" : $"{missing.Count} packages")} cannot be had: {ShortList.Of(missing)}"
                + (index.Problems is [var problem, ..] ? $" ({problem})" : string.Empty),
                index.Failure is { } failure ? failure.Hint
                : options.IsOffline
                    ? (MessageText)$"create it once without {RequestSetting.IsOffline}, or name a folder of wheels: {RequestSetting.FindLinks:DIR}"
                    : $"name the index that has them: {RequestSetting.IndexUrl:URL}, {RequestSetting.FindLinks:DIR}; or make the lock anew for this Python and platform",
                index.Failure?.Kind ?? FailureKind.Failed,
                index.Failure);
        }

        return (
            [.. results.Where(result => result.Wheel is not null).Select(result => result.Wheel!)],
            [.. results.Where(result => result.Build is not null).Select(result => result.Build!)]);
    }

    private Resolved ResolveOne(LockedDistribution locked, CancellationToken cancellation)
    {
        if (locked.Kind != LockedSourceKind.Wheel)
        {
            return new Resolved(null, new PlannedBuild(locked, null), null);
        }

        if (Known(locked) is { } known)
        {
            return new Resolved(known, null, null);
        }

        var files = !locked.Files.IsEmpty ? locked.Files
            : index.FilesOf(locked.Name, cancellation);
        var choice = WheelChooser.Choose(locked, files, tags, _pythonVersion, index.Options);
        if (choice.Wheel is { } wheel)
        {
            return new Resolved(Planned(locked, wheel, choice.AllowedHashes), null, null);
        }

        if (index.Failure is not null && choice.Source is null && KnownByVersion(locked) is { } kept)
        {
            return new Resolved(kept, null, null);
        }

        return choice.Source is { } source && !options.IsOffline
            ? new Resolved(null, new PlannedBuild(locked, source), null)
            : new Resolved(null, null, $"{locked}: {Reason(locked, files, choice)}");
    }

    private string Reason(LockedDistribution locked, ImmutableArray<IndexFile> files, WheelChoice choice) =>
        files.IsEmpty && options.IsOffline ? NotInStore(locked) : choice.Reason ?? "no file fits";

    private string NotInStore(LockedDistribution locked)
    {
        var kept = sources?.FindWheels(locked.Name).Where(source => WheelFileName.Parse(source.FileName) is { } file && locked.Takes(file.Version)).ToList() ?? [];
        var fitting = kept.FirstOrDefault(source => SourceIndex.IsFor(source, python.Folder, locked.AskedName) && Fits(source, locked));
        return kept.Count == 0 ? "the store does not have it"
            : fitting is not null ? $"the store has {fitting.FileName} with another digest, {fitting.Sha256}"
            : $"the store has it for another Python only, {kept[0].FileName} for {SourceIndex.PythonOf(kept[0])}";
    }

    /// <summary>A wheel that the store has: no index need be asked, nor be there.</summary>
    private PlannedWheel? Known(LockedDistribution locked)
    {
        if (sources is null)
        {
            return null;
        }

        foreach (var hash in locked.Hashes.Concat(locked.Files.SelectMany(file => file.Hashes)))
        {
            if (hash.Algorithm == "sha256" && Sha256Digest.TryParse("sha256:" + hash.Hex, out var digest)
                && sources.FindWheel(digest, python.Folder, locked.AskedName) is { } source && Fits(source, locked))
            {
                return OfKnown(locked, source);
            }
        }

        return options.IsOffline ? KnownByVersion(locked) : null;
    }

    /// <summary>Without a digest any wheel of the version may be meant: that counts only where no index can be asked.</summary>
    private PlannedWheel? KnownByVersion(LockedDistribution locked) =>
        sources is not null && locked.Hashes.IsEmpty && locked.Files.IsEmpty
        && sources.FindWheels(locked.Name, python.Folder, locked.AskedName).Where(source => Fits(source, locked))
            .Select(source => (Source: source, File: WheelFileName.Parse(source.FileName)!))
            .OrderByDescending(known => known.File.Version).ThenBy(known => tags.RankOf(known.File)).FirstOrDefault() is { File: not null } best
            ? OfKnown(locked, best.Source)
            : null;

    private bool Fits(KnownSource source, LockedDistribution locked) =>
        source.Name == locked.Name && WheelFileName.Parse(source.FileName) is { } file && tags.RankOf(file) is not null
        && locked.Takes(file.Version);

    private static PlannedWheel OfKnown(LockedDistribution locked, KnownSource source) => new()
    {
        Name = locked.Name,
        AskedName = locked.AskedName,
        RecordedDigest = locked.RecordedDigest,
        Version = source.Version,
        FileName = source.FileName,
        Request = new FetchRequest
        {
            Url = locked.Files.FirstOrDefault(file => file.FileName == source.FileName)?.Url ?? source.FileName,
            Hashes = [new FileHash("sha256", source.Sha256.Hex)],
            Size = source.ArchiveSize,
            Name = source.FileName,
        },
        IsRequested = locked.IsRequested,
        DirectUrl = locked.DirectUrl,
        Origin = locked.Origin,
    };

    private static PlannedWheel Planned(LockedDistribution locked, IndexFile file, ImmutableArray<IndexHash> hashes) => new()
    {
        Name = locked.Name,
        AskedName = locked.AskedName,
        RecordedDigest = locked.RecordedDigest,
        Version = WheelFileName.Parse(file.FileName)!.Version.ToString(),
        FileName = file.FileName,
        Request = new FetchRequest
        {
            Url = file.Url,
            Hashes = [.. hashes.Where(hash => hash.IsStrong || hash.Algorithm == "md5").Select(hash => new FileHash(hash.Algorithm, hash.Hex))],
            Size = file.Size,
            Name = file.FileName,
        },
        IsRequested = locked.IsRequested,
        DirectUrl = locked.DirectUrl,
        Origin = locked.Origin,
    };

    private sealed record Resolved(PlannedWheel? Wheel, PlannedBuild? Build, string? Reason);
}
