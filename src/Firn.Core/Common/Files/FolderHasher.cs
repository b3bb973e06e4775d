using System.Runtime.InteropServices;

namespace Firn.Common.Files;

/// <summary>Digests what a folder holds while it is listed: later each name would have to be brought back from memory.</summary>
internal sealed class FolderHasher : IDisposable
{
    private readonly Sha256Hasher _hasher = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private bool _isFlushed;
    private int _length;
    private long _newest;

    /// <summary>Takes the next entry.</summary>
    /// <param name="name">Its name, of at most 255 bytes as the file system has it.</param>
    /// <param name="stat">What the file system says of it.</param>
    public void Add(ReadOnlySpan<char> name, in FileStat stat)
    {
        var text = MemoryMarshal.AsBytes(name);
        if (_buffer.Length - _length < text.Length + 1 + FileStat.ByteCount)
        {
            Flush();
        }

        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
        // No name has it, so none can be taken for the start of another.
        _buffer[_length++] = (byte)'/';
        stat.CopyTo(_buffer.AsSpan(_length));
        _length += FileStat.ByteCount;
        if (!stat.IsDirectory)
        {
            _newest = Math.Max(_newest, stat.NewestChange);
        }
    }

    /// <summary>All that was taken since the last folder was finished.</summary>
    public ScannedFolder Finish(string path)
    {
        Sha256Digest content;
        if (_isFlushed)
        {
            Flush();
            content = _hasher.Finish();
        }
        else
        {
            content = Sha256Digest.Of(_buffer.AsSpan(0, _length));
        }

        var folder = new ScannedFolder(path, content, _newest);
        (_isFlushed, _length, _newest) = (false, 0, 0);
        return folder;
    }

    public void Dispose() => _hasher.Dispose();

    private void Flush()
    {
        _hasher.Append(_buffer.AsSpan(0, _length));
        (_isFlushed, _length) = (true, 0);
    }
}
