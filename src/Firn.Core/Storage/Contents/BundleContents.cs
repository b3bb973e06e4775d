namespace Firn.Storage.Contents;

/// <summary>The files of one bundle, or of the bytecode of one, as they lie in a store.</summary>
/// <param name="hex">The id of the bundle.</param>
/// <param name="tag">For bytecode its cache tag.</param>
internal sealed class BundleContents(string hex, string? tag)
{
    public string Hex { get; } = hex;

    public string? Tag { get; } = tag;

    /// <summary>Relative to the store and without extension.</summary>
    public string Stem => $"{StoreLayout.Bundles}/sha256/{Hex[..2]}/{Hex}{(Tag is null ? string.Empty : "." + Tag)}";

    public ContentFile? Index { get; set; }

    /// <summary>The archive; of two, of which one is enough, the zstd one.</summary>
    public ContentFile? Archive { get; set; }

    public bool IsWhole => Index is not null && Archive is not null;

    /// <summary>The files that are there.</summary>
    public IEnumerable<ContentFile> Files
    {
        get
        {
            if (Archive is not null)
            {
                yield return Archive;
            }

            if (Index is not null)
            {
                yield return Index;
            }
        }
    }
}
