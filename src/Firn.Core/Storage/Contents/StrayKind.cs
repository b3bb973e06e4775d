namespace Firn.Storage.Contents;

/// <summary>Why an entry of a store's folder belongs to nothing.</summary>
internal enum StrayKind
{
    /// <summary>Nothing that Firn writes.</summary>
    Foreign,

    /// <summary>An object in the folder of other digests, or under another name than its own.</summary>
    Misplaced,

    /// <summary>A record under a name that is no record's, such as <c>1.json</c> or <c>0000001.json</c>.</summary>
    OddRecord,

    /// <summary>A link, at whatever place: nothing in a store is reached through one.</summary>
    Link,

    /// <summary>The folder cannot be listed.</summary>
    Unreadable,
}
