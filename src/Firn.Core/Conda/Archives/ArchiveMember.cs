namespace Firn.Conda.Archives;

/// <summary>What lies at a path of the archive.</summary>
/// <param name="Path">Relative to the prefix, checked.</param>
/// <param name="File">Of a file.</param>
/// <param name="LinkTarget">Of a symbolic link; neither is there of a folder.</param>
internal sealed record ArchiveMember(string Path, ArchiveFile? File, string? LinkTarget)
{
    public bool IsDirectory => File is null && LinkTarget is null;
}
