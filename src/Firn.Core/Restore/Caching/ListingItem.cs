namespace Firn.Restore.Caching;

/// <summary>What an item of a listing stands for. The numbers are written to disk.</summary>
internal enum ListingItem : byte
{
    /// <summary>The list ends here; the digest of all before follows.</summary>
    End = 0,

    /// <summary>The files that follow lie in this folder.</summary>
    Folder = 1,

    /// <summary>A file that is the same in every prefix.</summary>
    File = 2,

    /// <summary>A file that each prefix has its own form of.</summary>
    Treated = 3,

    /// <summary>A symbolic link.</summary>
    Link = 4,

    /// <summary>A folder that is to be there though it is empty.</summary>
    EmptyFolder = 5,

    /// <summary>A compiled file whose run path was made relative; in lists of relocated files only.</summary>
    Relocated = 6,

    /// <summary>A compiled file whose run path stays as it is; in lists of relocated files only.</summary>
    Kept = 7,
}
