namespace Firn.Cli.Commands;

/// <summary>What becomes of an environment of locks that is missing, or was made from other ones.</summary>
internal enum LockedUse
{
    /// <summary>It is made anew.</summary>
    Make,

    /// <summary>The one that is there is taken, whatever it was made from.</summary>
    AsItIs,

    /// <summary>It is refused, and nothing is changed.</summary>
    OnlyCurrent,
}
