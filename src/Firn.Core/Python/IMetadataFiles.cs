using Firn.Common;

namespace Firn.Python;

/// <summary>The files of one distribution's metadata, wherever they are kept.</summary>
internal interface IMetadataFiles
{
    /// <summary>Reads one file. The name <c>""</c> stands for the metadata itself where that is a single file.</summary>
    public FileContent Read(string name, int limit);

    /// <summary>The headers of one file; <see langword="null"/> where it is missing, empty or unreadable.</summary>
    public MetadataHeaders? ReadHeaders(string name);
}
