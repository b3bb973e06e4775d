namespace Firn.Restore;

/// <summary>What the threads of a restore have in common.</summary>
internal static class RestoreThreads
{
    /// <summary>More would only wait for the file system.</summary>
    public const int Most = 8;

    public const string Name = "firn restore";
}
