namespace Firn.Conda.Archives;

/// <summary>A file's bytes in the spool; hard links share them, and its mode.</summary>
/// <param name="offset">Where they start.</param>
/// <param name="length">How many they are.</param>
internal sealed class ArchiveFile(long offset, long length)
{
    public long Offset => offset;

    public long Length => length;

    /// <summary>Of several names the last one in the archive sets it, as when tar unpacks them.</summary>
    public bool IsExecutable { get; set; }
}
