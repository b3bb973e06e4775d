namespace Firn.Python.Wheels.Zip;

/// <summary>A member of a zip file, as its central directory and its local header both say.</summary>
internal sealed class ZipEntry
{
    /// <summary>With <c>/</c> between the names, none at the end; safe to join to a folder.</summary>
    public required string Path { get; init; }

    public required bool IsFolder { get; init; }

    /// <summary>Whether it is marked a regular file that somebody may execute (pip: utils/unpacking.py zip_item_is_executable).</summary>
    public required bool IsExecutable { get; init; }

    /// <summary>Whether it is compressed by deflate; else it is stored.</summary>
    public required bool IsDeflated { get; init; }

    /// <summary>The general purpose flags (APPNOTE 4.4.4).</summary>
    public required int Flags { get; init; }

    public required uint Crc { get; init; }

    public required long Length { get; init; }

    public required long CompressedLength { get; init; }

    /// <summary>Where its local header stands.</summary>
    public required long HeaderOffset { get; init; }

    /// <summary>Where its bytes stand; known when the local header was read.</summary>
    public long DataOffset { get; set; }
}
