namespace Firn.Restore;

/// <summary>The folder of a restored prefix that is Firn's own.</summary>
internal static class RestoredFolder
{
    public const string Name = ".firn";

    /// <summary>The note of the restore, <c>firn.restore/1</c>.</summary>
    public const string Document = ".firn/restore.json";

    /// <summary>The interpreter under a restored virtual environment.</summary>
    public const string Python = ".firn/python";
}
