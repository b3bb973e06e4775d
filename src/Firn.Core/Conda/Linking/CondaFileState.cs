namespace Firn.Conda.Linking;

/// <summary>What is known of a file of a package.</summary>
internal enum CondaFileState
{
    /// <summary>Its digest is known once the bundle is written (<see cref="CondaMember.Settle"/>).</summary>
    Unread,

    /// <summary>The bytes in the bundle are the published ones; a link or a folder is there.</summary>
    Published,

    /// <summary>
    /// No published digest is recorded. The prefix was taken out so that putting it in gives the installed bytes, or
    /// there was none in it.
    /// </summary>
    Unconfirmed,

    /// <summary>The bytes are those that were installed, and the published ones could not be found from them.</summary>
    AsInstalled,

    /// <summary>The bytes are neither the published nor the installed ones: somebody changed them.</summary>
    Edited,

    /// <summary>It is not there, or cannot be read.</summary>
    Missing,
}
