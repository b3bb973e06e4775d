namespace Firn.Conda;

/// <summary>What stands behind <c>#</c> in an explicit list.</summary>
internal enum CondaHashes
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The MD5, where the record has one: <c>--md5</c>.</summary>
    Md5,

    /// <summary>The SHA-256, where the record has one: <c>--sha256</c>.</summary>
    Sha256,

    /// <summary>The SHA-256, else the MD5: no option of conda, but conda reads it.</summary>
    Sha256OrMd5,
}
