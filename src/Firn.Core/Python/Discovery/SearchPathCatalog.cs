using Firn.Common.Files;
using Firn.Python.Metadata;

namespace Firn.Python.Discovery;

/// <summary>
/// What lies on a search path, for one command: each folder is listed once and each file with headers is read once, however
/// many finders look. It is for one thread at a time; so is the metadata of each distribution in it.
/// </summary>
internal sealed class SearchPathCatalog
{
    private readonly Dictionary<string, SearchPathListing> _listings = new(StringComparer.Ordinal);

    /// <summary>The top level of an entry; what is neither a folder nor a zip file, or is not readable, is empty.</summary>
    public SearchPathListing Of(string path)
    {
        if (_listings.TryGetValue(path, out var listing))
        {
            return listing;
        }

        // Links to one folder lead to one listing. For `..` behind a link the kernel's way and that of the text may differ.
        var isFolder = Directory.Exists(path);
        var place = isFolder && Path.GetFullPath(path) == path ? RealPath.Of(path) : path;
        if (!_listings.TryGetValue(place, out listing))
        {
            listing = new SearchPathListing(place, isFolder);
            _listings.Add(place, listing);
        }

        _listings[path] = listing;
        return listing;
    }
}

/// <summary>The top level of an entry of the search path, which is a folder or a zip file.</summary>
internal sealed class SearchPathListing
{
    private readonly Dictionary<string, MetadataFiles> _files = new(StringComparer.Ordinal);
    private readonly List<DirectoryEntry> _candidates = [];
    private readonly string _path;

    public SearchPathListing(string path, bool isFolder)
    {
        _path = path;
        Zip = isFolder ? null : ZipFiles.Open(path);
        var status = FileReadStatus.Read;
        foreach (var entry in isFolder ? DirectoryReader.List(path, out status) : Zip?.TopLevel() ?? [])
        {
            if (IsCandidate(entry.Name))
            {
                _candidates.Add(entry);
            }
        }

        Status = status;
    }

    /// <summary>How listing a folder ended.</summary>
    public FileReadStatus Status { get; }

    /// <summary>The zip file, where it is one.</summary>
    public ZipFiles? Zip { get; }

    /// <summary>The names that can mean something to a finder, in the order of the file system or of the zip file.</summary>
    public IReadOnlyList<DirectoryEntry> Candidates => _candidates;

    /// <summary>The files of the metadata of that name.</summary>
    public MetadataFiles FilesOf(string name)
    {
        if (!_files.TryGetValue(name, out var files))
        {
            files = new MetadataFiles(Zip is null ? Path.Join(_path, name) : name, Zip);
            _files.Add(name, files);
        }

        return files;
    }

    /// <summary>Whether it is metadata, of a distribution here or in an egg, an egg, or a link.</summary>
    private static bool IsCandidate(string name) =>
        name.EndsWith(".dist-info", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("egg-info", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".egg", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(EggLink.Extension, StringComparison.Ordinal);
}

/// <summary>The files of one distribution's metadata: of a folder, of the one file at that path, or in a zip file.</summary>
/// <param name="path">The path, in the zip file if there is one.</param>
/// <param name="zip">The zip file.</param>
internal sealed class MetadataFiles(string path, ZipFiles? zip)
{
    private readonly Dictionary<string, MetadataHeaders?> _headers = new(StringComparer.Ordinal);
    private FileContent? _directUrl;

    /// <summary>The bytes of <c>direct_url.json</c>.</summary>
    public FileContent DirectUrl => _directUrl ??= Read("direct_url.json", DirectUrlReader.Limit);

    /// <summary>Reads one file. The name <c>""</c> stands for the metadata itself where that is a single file.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="limit">The most bytes that are read.</param>
    /// <param name="buffer">Memory to read into, where the reader can use it.</param>
    /// <remarks>importlib.metadata does not find an egg-info that is a single file in a zip, so "" reads nothing there.</remarks>
    public FileContent Read(string name, int limit, ReusableBuffer? buffer = null) =>
        zip is null ? BoundedFile.Read(PathOf(name), limit, buffer) : zip.Read(string.Concat(path, "/", name), limit);

    /// <summary>The headers of the first of some files that has any.</summary>
    public MetadataHeaders? Headers(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (!_headers.TryGetValue(name, out var headers))
            {
                headers = zip is null ? MetadataHeaders.Read(PathOf(name), out _) : HeadersInZip(name);
                _headers.Add(name, headers);
            }

            if (headers is not null)
            {
                return headers;
            }
        }

        return null;
    }

    private MetadataHeaders? HeadersInZip(string name)
    {
        var content = Read(name, MetadataHeaders.Limit);
        return content.Bytes.IsEmpty ? null : MetadataHeaders.Parse(content.Memory);
    }

    private string PathOf(string name) => name.Length == 0 ? path : Path.Join(path, name);
}
