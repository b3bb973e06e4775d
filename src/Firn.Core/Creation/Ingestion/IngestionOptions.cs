namespace Firn.Creation.Ingestion;

/// <summary>How packages are brought into a store.</summary>
internal sealed record IngestionOptions
{
    /// <summary>How many packages are worked on at once: downloads wait for the network, not for a core.</summary>
    public int Parallel { get; init; } = 8;

    /// <summary>
    /// How many of them are unpacked at once: more than cores, since each waits for the disk too, and not as many as
    /// would need more than 300 MB.
    /// </summary>
    public int Unpacking { get; init; } = Math.Clamp(Environment.ProcessorCount, 4, 6);

    /// <summary>Whether nothing may be downloaded.</summary>
    public bool IsOffline { get; init; }
}
