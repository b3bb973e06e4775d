namespace Firn.Common.Files;

/// <summary>What lies below a folder.</summary>
/// <param name="Root">The folder, absolute.</param>
/// <param name="Entries">Everything below it but what the caller did not want to enter, in no order.</param>
/// <param name="Folders">The folder and those below it that were entered, in no order.</param>
/// <param name="Problems">What was passed over, in no order.</param>
internal sealed record ScannedTree(
    string Root,
    IReadOnlyList<ScannedEntry> Entries,
    IReadOnlyList<ScannedFolder> Folders,
    IReadOnlyList<ScanProblem> Problems)
{
    /// <summary>Where a link leads, as it stands in the link; <see langword="null"/> where it is gone.</summary>
    public string? ReadLink(ScannedEntry link)
    {
        try
        {
            return new FileInfo(System.IO.Path.Join(Root, link.Path)).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
