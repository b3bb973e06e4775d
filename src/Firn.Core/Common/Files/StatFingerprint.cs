using System.Buffers.Binary;
using System.Text;

namespace Firn.Common.Files;

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
        Ensure(FileStat.ByteCount);
        stat.CopyTo(_buffer.AsSpan(_length));
        _length += FileStat.ByteCount;
        Newest = Math.Max(Newest, stat.NewestChange);
    }

    /// <summary>Takes all folders of a tree with all that is in them, and what was passed over.</summary>
    public void Add(ScannedTree tree)
    {
        Add(tree.Folders.Count);
        // The scan has no order.
        var folders = new List<ScannedFolder>(tree.Folders);
        folders.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        foreach (var folder in folders)
        {
            Add(folder.Path);
            Add(folder.Content.Hex);
            Newest = Math.Max(Newest, folder.NewestChange);
        }

        AddSorted(tree.Problems.Select(static problem => problem.Path));
    }

    /// <summary>Takes paths that have no order.</summary>
    public void AddSorted(IEnumerable<string> paths)
    {
        var sorted = new List<string>(paths);
        sorted.Sort(StringComparer.Ordinal);
        Add(sorted.Count);
        sorted.ForEach(Add);
    }

    /// <summary>The digest of all that was taken.</summary>
    public Sha256Digest Finish()
    {
        Flush();
        return _hasher.Finish();
    }

    public void Dispose() => _hasher.Dispose();

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
