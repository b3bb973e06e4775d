namespace Firn.Captures.Differences;

/// <summary>How the second differs from the first.</summary>
public enum DifferenceChange
{
    /// <summary>Only the second has it.</summary>
    Added,

    /// <summary>Only the first has it.</summary>
    Removed,

    /// <summary>Both have it, with another version or value.</summary>
    Changed,

    /// <summary>Both have the same version, with other contents.</summary>
    Contents,
}
