namespace Firn.Storage.Contents;

/// <summary>Everything that lies in a store's folder, by its names and sizes; no file has been opened.</summary>
internal sealed class StoreContents
{
    /// <summary>The objects of <c>files</c> by their digits.</summary>
    public Dictionary<string, ContentFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Bundles by their digits, and bytecode by digits, dot and tag.</summary>
    public Dictionary<string, BundleContents> Bundles { get; } = new(StringComparer.Ordinal);

    public List<ChainFiles> Chains { get; } = [];

    /// <summary>The documents that say which bundle was made from which archive.</summary>
    public List<ContentFile> Sources { get; } = [];

    /// <summary>What lies in <c>tmp</c>, below folders too.</summary>
    public List<ContentFile> Temporaries { get; } = [];

    /// <summary>How many files were put into quarantine.</summary>
    public int QuarantinedFiles { get; set; }

    public List<StrayEntry> Strays { get; } = [];
}
