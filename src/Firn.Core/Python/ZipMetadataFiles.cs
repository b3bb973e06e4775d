using Firn.Common;

namespace Firn.Python;

/// <summary>Metadata inside a zip file.</summary>
internal sealed class ZipMetadataFiles(ZipFiles zip, string folder) : IMetadataFiles
{
    /// <inheritdoc/>
    /// <remarks>importlib.metadata does not find an egg-info that is a single file in a zip, so "" reads nothing.</remarks>
    public FileContent Read(string name, int limit, ReadBuffer? buffer = null) =>
        zip.Read(string.Concat(folder, "/", name), limit);

    /// <inheritdoc/>
    public MetadataHeaders? ReadHeaders(string name)
    {
        var content = Read(name, MetadataHeaders.Limit);
        return content.Bytes.IsEmpty ? null : MetadataHeaders.Parse(content.Memory);
    }
}
