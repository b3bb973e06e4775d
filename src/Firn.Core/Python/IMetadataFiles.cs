using Firn.Common;

namespace Firn.Python;

/// <summary>The files of one distribution's metadata, wherever they are kept.</summary>
internal interface IMetadataFiles
{
    /// <summary>Reads one file. The name <c>""</c> stands for the metadata itself where that is a single file.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="limit">The most bytes that are read.</param>
    /// <param name="buffer">Memory to read into, where the reader can use it.</param>
    public FileContent Read(string name, int limit, ReadBuffer? buffer = null);

    /// <summary>The headers of one file; <see langword="null"/> where it is missing, empty or unreadable.</summary>
    public MetadataHeaders? ReadHeaders(string name);
}
