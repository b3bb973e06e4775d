using System.Buffers.Binary;
using System.Text;
using Firn.Captures.Archives.Planning;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Captures.Archives.Unchanged;

/// <summary>
/// A digest of which files there are and of what the file system says of each: size, both times, inode, device and mode.
/// Two equal ones mean that nothing was written in between, as long as no file changed in the instant of the first.
/// </summary>
internal sealed class StatFingerprint : IDisposable
{
    private readonly Sha256Hasher _hasher = new();
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _length;

    /// <summary>The latest change of any file, in nanoseconds since 1970.</summary>
    public long Newest { get; private set; }

    public void Add(string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length) + 4;
        if (most > _buffer.Length)
        {
            Flush();
            _hasher.Append(Encoding.UTF8.GetBytes(text));
            Add(text.Length);
            return;
        }

        Ensure(most);
        var count = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length + 4));
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), count);
        _length += count + 4;
    }

    public void Add(long number)
    {
        Ensure(8);
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_length), number);
        _length += 8;
    }

    /// <summary>Takes what the file system says of a file.</summary>
    public void Add(FileStat stat)
    {
        Add(stat.Size);
        Add(stat.ModifiedSeconds);
        Add(stat.ChangedSeconds);
        Add(((long)stat.ModifiedNanoseconds << 32) | stat.ChangedNanoseconds);
        Add((long)stat.Inode);
        Add((long)stat.Device);
        Add(stat.Mode);
        Newest = Math.Max(Newest, Math.Max(
            Nanoseconds(stat.ModifiedSeconds, stat.ModifiedNanoseconds),
            Nanoseconds(stat.ChangedSeconds, stat.ChangedNanoseconds)));
    }

    /// <summary>Takes a file of a tree.</summary>
    public void Add(TreeFile file)
    {
        Add(file.Path);
        Add(file.Stat);
    }

    /// <summary>The digest of all that was taken.</summary>
    public Sha256Digest Finish()
    {
        Flush();
        return _hasher.Finish();
    }

    public void Dispose() => _hasher.Dispose();

    /// <summary>Times before 1970 and beyond 2262 are as good as any: they are only compared with now.</summary>
    private static long Nanoseconds(long seconds, uint nanoseconds) =>
        (Math.Clamp(seconds, 0, 9_000_000_000) * 1_000_000_000) + nanoseconds;

    private void Ensure(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _hasher.Append(_buffer.AsSpan(0, _length));
        _length = 0;
    }
}
