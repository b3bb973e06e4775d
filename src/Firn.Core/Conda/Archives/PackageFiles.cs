namespace Firn.Conda.Archives;

/// <summary>The contents of an archive with their bytes: what readers of <c>info</c> ask for.</summary>
internal sealed class PackageFiles(ArchiveContents contents, ArchiveSpool spool, ArchiveFailure failure)
{
    /// <summary>A list of a million paths has 256 MiB.</summary>
    public const int LongestList = 256 << 20;

    /// <summary>The most paths in a list; as many as an archive may have members.</summary>
    public const int MostPaths = 1_000_000;

    private const int LongestDocument = 8 << 20;

    public ArchiveContents Contents => contents;

    /// <summary>A document; <see langword="null"/> where there is no file of that name.</summary>
    /// <param name="path">In the package.</param>
    /// <param name="longest">The most bytes that it may have.</param>
    /// <exception cref="Firn.Common.FirnException">It is too long to be one.</exception>
    public byte[]? Read(string path, int longest = LongestDocument)
    {
        if (contents.Find(path)?.File is not { } file)
        {
            return null;
        }

        if (file.Length > longest)
        {
            throw failure.Refused($"{path} has {file.Length} bytes");
        }

        var bytes = new byte[(int)file.Length];
        spool.ReadExactly(file.Offset, bytes);
        return bytes;
    }

    /// <summary>A file on its way into a bundle.</summary>
    public SpooledContent ContentOf(ArchiveFile file, PackagePath path) =>
        new(spool, file, path.Path, path.Digest, failure);
}
