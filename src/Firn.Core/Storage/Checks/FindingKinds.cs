namespace Firn.Storage.Checks;

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
