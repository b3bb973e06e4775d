namespace Firn.Restore.Results;

/// <summary>How files came into a restored prefix.</summary>
internal enum LinkMode
{
    /// <summary>Written from the bundles, or copied from the cache of unpacked ones.</summary>
    Copy,

    /// <summary>Sharing blocks with files of the cache, until either is changed.</summary>
    Reflink,

    /// <summary>Another name of a file of the cache.</summary>
    HardLink,
}
