namespace Firn.Storage.Records;

/// <summary>What a run record is; a newer firn may know more, which hold results as well.</summary>
internal static class RunKinds
{
    /// <summary>Files that were added.</summary>
    public const string Results = "results";

    /// <summary>Says that another record no longer counts.</summary>
    public const string Tombstone = "tombstone";
}
