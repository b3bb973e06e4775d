namespace Firn.Conda.Archives;

/// <summary>The contents of an archive with their bytes: what readers of <c>info</c> ask for.</summary>
internal sealed class PackageFiles(ArchiveContents contents, ArchiveSpool spool, ArchiveFailure failure)
{
    private const int LongestDocument = 256 << 20;

    public ArchiveContents Contents => contents;

    /// <summary>A document; <see langword="null"/> where there is no file of that name.</summary>
    /// <exception cref="Firn.Common.FirnException">It is too long to be one.</exception>
    public byte[]? Read(string path)
    {
        if (contents.Find(path)?.File is not { } file)
        {
            return null;
        }

        return file.Length <= LongestDocument
            ? spool.ReadAll(file.Offset, (int)file.Length)
            : throw failure.Refused($"{path} has {file.Length} bytes");
    }

    /// <summary>A file on its way into a bundle.</summary>
    public SpooledContent ContentOf(ArchiveFile file, PackagePath path) =>
        new(spool, file, path.Path, path.Digest, failure);
}
