using Firn.Common;

namespace Firn.Python;

/// <summary>The top level of an entry of the search path, which is a folder or a zip file.</summary>
internal sealed class Listing
{
    private readonly ZipFiles? _zip;

    private Listing(IReadOnlyList<DirectoryEntry> entries, ZipFiles? zip)
    {
        Entries = entries;
        _zip = zip;
    }

    /// <summary>The names in it, in the order of the file system or of the zip file.</summary>
    public IReadOnlyList<DirectoryEntry> Entries { get; }

    /// <summary>Whether it is a zip file.</summary>
    public bool IsZip => _zip is not null;

    /// <summary>Lists an entry; what is no folder, no zip file or not readable is empty.</summary>
    public static Listing Of(string path)
    {
        var entries = DirectoryReader.List(path, out var status);
        if (status != FileReadStatus.Read && ZipFiles.Open(path) is { } zip)
        {
            return new Listing(zip.TopLevel(), zip);
        }

        return new Listing(entries, null);
    }

    /// <summary>The files of the metadata of that name.</summary>
    public IMetadataFiles FilesOf(string location, string name) =>
        _zip is null ? new FolderMetadataFiles(Path.Join(location, name)) : new ZipMetadataFiles(_zip, name);
}
