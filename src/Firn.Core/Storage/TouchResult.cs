namespace Firn.Storage;

/// <summary>What came of setting an object's time to now.</summary>
internal enum TouchResult
{
    Done,

    /// <summary>Another user's, or a read-only file system.</summary>
    Denied,

    /// <summary>The object has gone.</summary>
    Missing,
}
