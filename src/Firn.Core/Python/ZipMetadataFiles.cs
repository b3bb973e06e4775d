using Firn.Common;

namespace Firn.Python;

/// <summary>Metadata inside a zip file.</summary>
internal sealed class ZipMetadataFiles(ZipFiles zip, string folder) : IMetadataFiles
{
    /// <inheritdoc/>
    public FileContent Read(string name, int limit) =>
        zip.Read(name.Length == 0 ? folder : string.Concat(folder, "/", name), limit);

    /// <inheritdoc/>
    public MetadataHeaders? ReadHeaders(string name)
    {
        var content = Read(name, MetadataHeaders.Limit);
        return content.Bytes.IsEmpty ? null : MetadataHeaders.Parse(content.Memory);
    }
}
