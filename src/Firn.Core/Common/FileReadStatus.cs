namespace Firn.Common;

/// <summary>How reading a file ended.</summary>
internal enum FileReadStatus
{
    /// <summary>The bytes are there, all of them.</summary>
    Read,

    /// <summary>The file is larger than the limit; the bytes up to the limit are there.</summary>
    TooLarge,

    /// <summary>There is no such file, or a dangling link, or a loop of links.</summary>
    Missing,

    /// <summary>The user may not read it.</summary>
    Denied,

    /// <summary>It is a folder, a device, or reading failed.</summary>
    Unreadable,
}
