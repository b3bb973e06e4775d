using Firn.Common.Files;
using Firn.Python.Metadata;

namespace Firn.Python.Discovery;

/// <summary>
/// One distribution that was found on the search path. Names and versions are raw: which of them a tool shows is the
/// tool's own rule.
/// </summary>
/// <param name="isRead">Whether the headers are known already.</param>
/// <param name="headers">The headers, where they are known.</param>
internal sealed class InstalledMetadata(bool isRead = false, MetadataHeaders? headers = null)
{
    private MetadataHeaders? _headers = headers;
    private bool _isRead = isRead;

    /// <summary>The metadata's folder or file; inside a zip file, the zip's path and the path in it.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required MetadataKind Kind { get; init; }

    /// <summary>Who found it, and so whose rules hold for its name and version.</summary>
    public required DiscoveryBackend Backend { get; init; }

    /// <summary>The name by which two distributions are the same, as the backend derives it (PEP 503 form).</summary>
    public required string CanonicalName { get; init; }

    /// <summary>The name in the file name, as the backend reads it.</summary>
    public string? FileNameName { get; init; }

    /// <summary>The version in the file name, as the backend reads it.</summary>
    public string? FileNameVersion { get; init; }

    /// <summary>The folder that holds the distribution's modules: <c>dist.location</c>.</summary>
    public required string Location { get; init; }

    /// <summary>Where it counts as installed: <see cref="Location"/>, or the folder of the egg-link that leads there.</summary>
    public required string InstalledLocation { get; init; }

    /// <summary>The entry of the search path that led to it.</summary>
    public required string SearchPathEntry { get; init; }

    /// <summary>Its files.</summary>
    public required IMetadataFiles Files { get; init; }

    /// <summary>The names of the files that may hold the headers; the first that is there and not empty counts.</summary>
    public required IReadOnlyList<string> HeaderFiles { get; init; }

    /// <summary>The headers, read once; <see langword="null"/> where no file has any.</summary>
    public MetadataHeaders? Headers
    {
        get
        {
            if (!_isRead)
            {
                _isRead = true;
                _headers = FirstHeaders(Files, HeaderFiles);
            }

            return _headers;
        }
    }

    /// <summary>The headers of the first of some files that has any.</summary>
    public static MetadataHeaders? FirstHeaders(IMetadataFiles files, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (files.ReadHeaders(name) is { } headers)
            {
                return headers;
            }
        }

        return null;
    }
}

/// <summary>What an installed distribution's metadata is.</summary>
internal enum MetadataKind
{
    /// <summary>A <c>.dist-info</c>, which should be a folder.</summary>
    DistInfo,

    /// <summary>An <c>.egg-info</c>, a folder or a single file.</summary>
    EggInfo,

    /// <summary>The <c>EGG-INFO</c> of an egg.</summary>
    Egg,
}

/// <summary>The files of one distribution's metadata, wherever they are kept.</summary>
internal interface IMetadataFiles
{
    /// <summary>Reads one file. The name <c>""</c> stands for the metadata itself where that is a single file.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="limit">The most bytes that are read.</param>
    /// <param name="buffer">Memory to read into, where the reader can use it.</param>
    public FileContent Read(string name, int limit, ReusableBuffer? buffer = null);

    /// <summary>The headers of one file; <see langword="null"/> where it is missing, empty or unreadable.</summary>
    public MetadataHeaders? ReadHeaders(string name);
}

/// <summary>Metadata in a folder, or in the one file at that path.</summary>
internal sealed class FolderMetadataFiles(string path) : IMetadataFiles
{
    /// <inheritdoc/>
    public FileContent Read(string name, int limit, ReusableBuffer? buffer = null) =>
        BoundedFile.Read(PathOf(name), limit, buffer);

    /// <inheritdoc/>
    public MetadataHeaders? ReadHeaders(string name) => MetadataHeaders.Read(PathOf(name), out _);

    private string PathOf(string name) => name.Length == 0 ? path : Path.Join(path, name);
}

/// <summary>Metadata inside a zip file.</summary>
internal sealed class ZipMetadataFiles(ZipFiles zip, string folder) : IMetadataFiles
{
    /// <inheritdoc/>
    /// <remarks>importlib.metadata does not find an egg-info that is a single file in a zip, so "" reads nothing.</remarks>
    public FileContent Read(string name, int limit, ReusableBuffer? buffer = null) =>
        zip.Read(string.Concat(folder, "/", name), limit);

    /// <inheritdoc/>
    public MetadataHeaders? ReadHeaders(string name)
    {
        var content = Read(name, MetadataHeaders.Limit);
        return content.Bytes.IsEmpty ? null : MetadataHeaders.Parse(content.Memory);
    }
}
