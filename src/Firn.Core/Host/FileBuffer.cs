using Firn.Common;

namespace Firn.Host;

/// <summary>Reads many small files into one buffer, one after the other.</summary>
internal sealed class FileBuffer
{
    private const int Limit = 64 * 1024 * 1024;
    private byte[] _buffer = new byte[64 * 1024];

    /// <summary>The file's bytes, valid until the next call; empty where it cannot be read whole.</summary>
    public ReadOnlySpan<byte> Read(string path)
    {
        using var handle = BoundedFile.Open(path, out _);
        if (handle is null)
        {
            return [];
        }

        try
        {
            var length = 0;
            while (true)
            {
                var read = RandomAccess.Read(handle, _buffer.AsSpan(length), length);
                length += read;
                if (read == 0)
                {
                    return _buffer.AsSpan(0, length);
                }

                if (length == _buffer.Length)
                {
                    if (length >= Limit)
                    {
                        return [];
                    }

                    Array.Resize(ref _buffer, length * 2);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
