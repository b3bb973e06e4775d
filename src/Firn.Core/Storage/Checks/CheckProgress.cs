namespace Firn.Storage.Checks;

/// <summary>How far a check is; whoever shows it asks now and then.</summary>
internal sealed class CheckProgress
{
    private long _files;
    private long _bytes;

    /// <summary>How many files will be read.</summary>
    public long TotalFiles { get; private set; }

    /// <summary>How many bytes they have.</summary>
    public long TotalBytes { get; private set; }

    public long Files => Interlocked.Read(ref _files);

    public long Bytes => Interlocked.Read(ref _bytes);

    public void Expect(long files, long bytes)
    {
        TotalFiles = files;
        TotalBytes = bytes;
    }

    public void FinishFile(long bytes)
    {
        Interlocked.Increment(ref _files);
        Interlocked.Add(ref _bytes, bytes);
    }
}
