using Firn.Common;

namespace Firn.Python;

/// <summary>Metadata in a folder, or in the one file at that path.</summary>
internal sealed class FolderMetadataFiles(string path) : IMetadataFiles
{
    /// <inheritdoc/>
    public FileContent Read(string name, int limit, ReadBuffer? buffer = null) =>
        BoundedFile.Read(PathOf(name), limit, buffer);

    /// <inheritdoc/>
    public MetadataHeaders? ReadHeaders(string name) => MetadataHeaders.Read(PathOf(name), out _);

    private string PathOf(string name) => name.Length == 0 ? path : Path.Join(path, name);
}
