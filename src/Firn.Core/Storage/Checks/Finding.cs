namespace Firn.Storage.Checks;

/// <summary>Something in a store that is not as it must be.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Path">The file or folder, relative to the store.</param>
/// <param name="Message">What it means, one line without a final period.</param>
public sealed record Finding(FindingKind Kind, string Path, string Message)
{
    /// <summary>The digits of an object or bundle that is concerned.</summary>
    internal string? Hex { get; init; }

    /// <summary>The record's number, for findings on records.</summary>
    internal int Number { get; init; }

    /// <summary>A command for this very finding, where the kind's would be too general.</summary>
    internal string? Command { get; init; }

    /// <summary>The command that mends it, as it can be typed.</summary>
    /// <param name="store">The store's folder.</param>
    public string Repair(string store) =>
        (Command ?? Kind.Repair).Replace("STORE", ShellQuoting.Quote(store), StringComparison.Ordinal);
}

/// <summary>A kind of finding; docs/troubleshooting.md has a line for each.</summary>
/// <param name="Code">Kebab case, stable.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Repair">The command that mends it; <c>STORE</c> stands for the store.</param>
public sealed record FindingKind(string Code, FindingLevel Level, string Repair);

/// <summary>How bad a finding is.</summary>
public enum FindingLevel
{
    /// <summary>Nothing is lost and nothing fails: leftovers, foreign files.</summary>
    Warning,

    /// <summary>Something is missing or wrong, or will be.</summary>
    Damage,
}

/// <summary>Everything that a check can find.</summary>
internal static class FindingKinds
{
    private const string Mend = "firn store repair --store STORE";
    private const string Archive = "firn capture ENVIRONMENT --archive --store STORE";

    public static readonly FindingKind StoreDescription = new("store-description", FindingLevel.Damage, Mend);
    public static readonly FindingKind StoreSchema = new("store-schema", FindingLevel.Damage, "install a newer firn");

    public static readonly FindingKind ObjectMissing = new(
        "object-missing", FindingLevel.Damage, "firn results add SUBJECT/NAME FILE --store STORE");

    public static readonly FindingKind ObjectDamaged = new("object-damaged", FindingLevel.Damage, Mend);
    public static readonly FindingKind ObjectMisplaced = new("object-misplaced", FindingLevel.Damage, Mend);

    public static readonly FindingKind BundleMissing = new("bundle-missing", FindingLevel.Damage, Archive);
    public static readonly FindingKind BundleDamaged = new("bundle-damaged", FindingLevel.Damage, Mend);
    public static readonly FindingKind BundleIncomplete = new("bundle-incomplete", FindingLevel.Warning, Mend);
    public static readonly FindingKind IndexMissing = new("index-missing", FindingLevel.Damage, Mend);
    public static readonly FindingKind IndexDamaged = new("index-damaged", FindingLevel.Damage, Mend);
    public static readonly FindingKind BytecodeDamaged = new("bytecode-damaged", FindingLevel.Damage, Mend);

    public static readonly FindingKind ArchiveDamaged = new("archive-damaged", FindingLevel.Damage, Archive);
    public static readonly FindingKind RecordMissing = new("record-missing", FindingLevel.Damage, Mend);
    public static readonly FindingKind RecordDamaged = new("record-damaged", FindingLevel.Damage, Mend);
    public static readonly FindingKind RecordSchema = new("record-schema", FindingLevel.Damage, "install a newer firn");
    public static readonly FindingKind RecordName = new("record-name", FindingLevel.Damage, Mend);
    public static readonly FindingKind RecordNumber = new("record-number", FindingLevel.Damage, Mend);

    public static readonly FindingKind ChainBroken = new(
        "chain-broken", FindingLevel.Damage, "put the record before it back from a copy of the store");

    public static readonly FindingKind RecordLost = new("record-lost", FindingLevel.Warning, "firn store gc --accept-lost --store STORE");
    public static readonly FindingKind HintWrong = new("hint-wrong", FindingLevel.Warning, Mend);

    public static readonly FindingKind SourceDamaged = new("source-damaged", FindingLevel.Damage, Mend);
    public static readonly FindingKind WrongMode = new("wrong-mode", FindingLevel.Damage, Mend);
    public static readonly FindingKind Link = new("link", FindingLevel.Damage, Mend);
    public static readonly FindingKind Unreadable = new("unreadable", FindingLevel.Damage, Mend);
    public static readonly FindingKind LeftoverTemporary = new("leftover-temporary", FindingLevel.Warning, Mend);
    public static readonly FindingKind CollectionUnfinished = new("collection-unfinished", FindingLevel.Warning, Mend);
    public static readonly FindingKind ForeignFile = new("foreign-file", FindingLevel.Warning, Mend);

    public static IReadOnlyList<FindingKind> All { get; } =
    [
        StoreDescription, StoreSchema, ObjectMissing, ObjectDamaged, ObjectMisplaced, BundleMissing, BundleDamaged,
        BundleIncomplete, IndexMissing, IndexDamaged, BytecodeDamaged, ArchiveDamaged, RecordMissing, RecordDamaged,
        RecordSchema, RecordName, RecordNumber, ChainBroken, RecordLost, HintWrong, SourceDamaged, WrongMode, Link, Unreadable,
        LeftoverTemporary, CollectionUnfinished, ForeignFile,
    ];
}

/// <summary>Findings as they come in, from several threads.</summary>
internal sealed class FindingList
{
    private readonly Lock _lock = new();
    private readonly List<Finding> _findings = [];

    public void Add(Finding finding)
    {
        lock (_lock)
        {
            _findings.Add(finding);
        }
    }

    /// <summary>All of them, damage first, then by path; the same in every run.</summary>
    public List<Finding> Sorted()
    {
        lock (_lock)
        {
            var sorted = new List<Finding>(_findings);
            sorted.Sort(static (left, right) =>
            {
                var order = right.Kind.Level.CompareTo(left.Kind.Level);
                order = order != 0 ? order : string.CompareOrdinal(left.Path, right.Path);
                order = order != 0 ? order : string.CompareOrdinal(left.Kind.Code, right.Kind.Code);
                return order != 0 ? order : string.CompareOrdinal(left.Message, right.Message);
            });
            return sorted;
        }
    }
}

/// <summary>Paths and names in commands that a person copies into a shell.</summary>
internal static class ShellQuoting
{
    /// <summary>The text as one word: as it is where it is plain, else in single quotes.</summary>
    public static string Quote(string text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && !"/._-+=@,:%".Contains(character, StringComparison.Ordinal))
            {
                return $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
            }
        }

        return text.Length == 0 ? "''" : text;
    }
}
