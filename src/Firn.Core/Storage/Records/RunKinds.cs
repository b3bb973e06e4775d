namespace Firn.Storage.Records;

/// <summary>What a run record is; a newer firn may know more, which hold results as well.</summary>
internal static class RunKinds
{
    /// <summary>Files that were added.</summary>
    public const string Results = "results";

    /// <summary>A command that Firn ran, with its outputs, its environment and its code.</summary>
    public const string Run = "run";

    /// <summary>Says that another record no longer counts.</summary>
    public const string Tombstone = "tombstone";
}
