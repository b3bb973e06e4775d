namespace Firn.Captures.Archives;

/// <summary>How far an archive is; any thread may ask and add.</summary>
/// <param name="fileCount">How many files are to be read.</param>
/// <param name="size">How many bytes they have.</param>
internal sealed class ArchiveProgress(int fileCount, long size)
{
    private int _files;
    private long _bytes;
    private long _there;
    private long _stored;

    /// <summary>How many files are to be read.</summary>
    public int FileCount { get; } = fileCount;

    /// <summary>How many bytes they have.</summary>
    public long Size { get; } = size;

    public int Files => Volatile.Read(ref _files);

    /// <summary>Bytes read.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Bytes read that the store had already.</summary>
    public long There => Interlocked.Read(ref _there);

    /// <summary>Bytes that came into the store, compressed.</summary>
    public long Stored => Interlocked.Read(ref _stored);

    /// <summary>Adds a bundle that was read.</summary>
    public void Add(int files, long bytes, bool wasThere, long stored)
    {
        Interlocked.Add(ref _files, files);
        Interlocked.Add(ref _bytes, bytes);
        if (wasThere)
        {
            Interlocked.Add(ref _there, bytes);
        }
        else
        {
            Interlocked.Add(ref _stored, stored);
        }
    }
}
