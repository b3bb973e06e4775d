using Firn.Common.Files;
using Firn.Storage.Contents;
using Firn.Storage.Layout;

namespace Firn.Storage.Checks;

/// <summary>Finds what lies in a store and belongs to nothing, and files with another mode than theirs.</summary>
/// <param name="store">The store's folder.</param>
/// <param name="contents">What lies in the store.</param>
/// <param name="references">What records need.</param>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="oldest">Leftovers from before are nobody's any more.</param>
internal sealed class StrayCheck(string store, StoreContents contents, References references, FindingList findings, DateTimeOffset oldest)
{
    public void Check()
    {
        foreach (var stray in contents.Strays)
        {
            findings.Add(Of(stray));
        }

        foreach (var file in contents.Temporaries)
        {
            CheckTemporary(file);
        }

        foreach (var file in contents.Files.Values)
        {
            CheckMode(file);
        }

        foreach (var bundle in contents.Bundles.Values)
        {
            CheckBundle(bundle);
        }
    }

    private Finding Of(StrayEntry stray) => stray.Kind switch
    {
        StrayKind.Misplaced => new Finding(
            FindingKinds.ObjectMisplaced, stray.Path, "the object lies in the folder of other digests, where nobody finds it"),
        StrayKind.OddRecord => new Finding(
            FindingKinds.RecordNumber, stray.Path, "the name is not a record's: numbers have six digits, and more only where they need them"),
        StrayKind.Link => new Finding(FindingKinds.Link, stray.Path,
            $"a link to {RealPath.LinkTarget(Path.Join(store, stray.Path))}: nothing in a store is reached through one, and what it leads to is left alone"),
        StrayKind.Unreadable => new Finding(FindingKinds.Unreadable, stray.Path, "it cannot be listed, or not be looked at"),
        _ => new Finding(FindingKinds.ForeignFile, stray.Path, "nothing that firn wrote; it does no harm"),
    };

    private void CheckTemporary(ContentFile file)
    {
        if (CollectedFolder.OriginOf(file.Path) is { } origin)
        {
            findings.Add(new Finding(
                FindingKinds.CollectionUnfinished, file.Path, $"a collection was about to remove {origin} when it ended"));
            return;
        }

        var isOld = file.Time < oldest;
        findings.Add(new Finding(FindingKinds.LeftoverTemporary, file.Path, isOld
            ? "a process that wrote it was killed"
            : "a process that writes just now, or one that was killed: it counts as left over when the grace period is over"));
    }

    private void CheckBundle(BundleContents bundle)
    {
        foreach (var file in bundle.Files)
        {
            CheckMode(file);
        }

        // Needed ones are found by their references; the others are what a killed writer leaves.
        if (!bundle.IsWhole && (bundle.Tag is not null || !references.Bundles.ContainsKey(bundle.Hex)))
        {
            findings.Add(new Finding(
                FindingKinds.BundleIncomplete,
                bundle.Archive?.Place ?? bundle.Index!.Place,
                bundle.Archive is null
                    ? "an index without its archive: nothing needs it"
                    : "an archive without its index: a process that wrote it was killed, or writes just now")
            {
                Hex = bundle.Hex,
            });
        }
    }

    private void CheckMode(ContentFile file)
    {
        if (FileModes.Problem(file.Stat) is { } problem)
        {
            findings.Add(new Finding(FindingKinds.WrongMode, file.Path, problem));
        }
    }
}

/// <summary>The permissions of what a store keeps: to read, and nothing else.</summary>
internal static class FileModes
{
    /// <summary>The right to write or to execute, for anybody.</summary>
    private const uint Surplus = 0b011_011_011;

    private const uint OwnerReads = 0b100_000_000;
    private const uint Permissions = 0b111_111_111;

    /// <summary>What is wrong with a file's mode; <see langword="null"/> where nothing is.</summary>
    public static string? Problem(FileStat stat)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var mode = Convert.ToString(stat.Mode & Permissions, 8).PadLeft(4, '0');
        return (stat.Mode & OwnerReads) == 0 ? $"its mode is {mode}: its owner cannot read it"
            : (stat.Mode & Surplus) != 0 ? $"its mode is {mode}, not 0444: it can be changed by mistake"
            : null;
    }
}
