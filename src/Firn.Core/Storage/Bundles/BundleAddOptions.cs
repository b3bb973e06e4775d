namespace Firn.Storage.Bundles;

/// <summary>How a bundle is written.</summary>
internal sealed record BundleAddOptions
{
    public static BundleAddOptions Default { get; } = new();

    /// <summary>Zstandard's level.</summary>
    public int Level { get; init; } = 1;
}
