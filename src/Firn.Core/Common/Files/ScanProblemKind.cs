namespace Firn.Common.Files;

/// <summary>Why something in a tree was passed over.</summary>
internal enum ScanProblemKind
{
    /// <summary>Its name is no UTF-8.</summary>
    NameIsNoText,

    /// <summary>A folder that may not be listed, or cannot be.</summary>
    Unreadable,
}
