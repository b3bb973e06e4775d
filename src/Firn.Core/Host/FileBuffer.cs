using Firn.Common;

namespace Firn.Host;

/// <summary>Reads many small files into one buffer, one after the other.</summary>
internal sealed class FileBuffer
{
    private const int Limit = 64 * 1024 * 1024;
    private readonly ReadBuffer _buffer = new();

    /// <summary>The file's bytes, valid until the next call; empty where it cannot be read whole.</summary>
    public ReadOnlySpan<byte> Read(string path)
    {
        var content = BoundedFile.Read(path, Limit, _buffer);
        return content.IsComplete ? content.Bytes : [];
    }
}
