namespace Firn.Creation.Ingestion;

/// <summary>Tells files of this machine from those of a network.</summary>
internal static class KnownArchive
{
    public static bool IsRemote(string url) =>
        url.Contains("://", StringComparison.Ordinal) && !url.StartsWith("file:", StringComparison.OrdinalIgnoreCase);
}
