using Firn.Storage.Bundles;

namespace Firn.Restore.Unpacking;

/// <summary>Puts a prefix into the files of a conda package.</summary>
internal interface IPlaceholderFiller
{
    /// <summary>The content for the prefix; the same array where nothing changes.</summary>
    public byte[] Fill(string member, byte[] content, BundlePlaceholder placeholder);
}
