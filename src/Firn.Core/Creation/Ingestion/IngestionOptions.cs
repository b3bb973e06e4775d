namespace Firn.Creation.Ingestion;

/// <summary>How packages are brought into a store.</summary>
internal sealed record IngestionOptions
{
    /// <summary>How many packages are worked on at once: downloads wait for the network, not for a core.</summary>
    public int Parallel { get; init; } = 8;

    /// <summary>Whether nothing may be downloaded.</summary>
    public bool IsOffline { get; init; }
}
