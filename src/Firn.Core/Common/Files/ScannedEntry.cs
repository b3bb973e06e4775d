namespace Firn.Common.Files;

/// <summary>Something below the root of a scanned tree. It may be a file, a folder, a link, or none of these (a pipe, a socket, a device).</summary>
/// <remarks>A class: lists of an own struct are not precompiled.</remarks>
internal sealed class ScannedEntry(string path, in FileStat stat)
{
    private readonly FileStat _stat = stat;

    /// <summary>Relative to the root, with <c>/</c> between the names.</summary>
    public string Path { get; } = path;

    /// <summary>What the file system says of it, links not followed; of a folder its kind alone.</summary>
    public ref readonly FileStat Stat => ref _stat;

    /// <summary>The last name of the path.</summary>
    public ReadOnlySpan<char> Name => Path.AsSpan(Path.LastIndexOf('/') + 1);
}
