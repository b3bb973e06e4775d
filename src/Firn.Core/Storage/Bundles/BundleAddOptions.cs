namespace Firn.Storage.Bundles;

/// <summary>How a bundle is written.</summary>
internal sealed record BundleAddOptions
{
    public static BundleAddOptions Default { get; } = new();

    /// <summary>Zstandard's level of bundles; docs/formats/bundle.md has the measurements.</summary>
    public int Level { get; init; } = -3;

    /// <summary>Zstandard's level of bytecode: it is nearly half of an environment, and can be made again.</summary>
    public int BytecodeLevel { get; init; } = -10;
}
