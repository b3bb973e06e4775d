namespace Firn.Captures.Verification;

/// <summary>How a file differs from what is recorded of it.</summary>
internal enum FileState
{
    /// <summary>It is not there.</summary>
    Missing,

    /// <summary>Its bytes, or where its link leads, are not the recorded ones.</summary>
    Edited,

    /// <summary>It cannot be read.</summary>
    Unreadable,

    /// <summary>The archive has no such file.</summary>
    Added,
}
