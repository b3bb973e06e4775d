namespace Firn.Restore.Results;

/// <summary>How far a restore is. Threads add to it while another one shows it.</summary>
internal sealed class RestoreCounts
{
    private long _copied;
    private long _cloned;
    private long _linked;
    private long _bytes;

    /// <summary>Files that are there, however they came.</summary>
    public long Files => Copied + Cloned + Linked;

    /// <summary>Bytes of those files.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public long Copied => Interlocked.Read(ref _copied);

    public long Cloned => Interlocked.Read(ref _cloned);

    public long Linked => Interlocked.Read(ref _linked);

    public void Add(LinkMode mode, long files, long bytes)
    {
        switch (mode)
        {
            case LinkMode.HardLink:
                Interlocked.Add(ref _linked, files);
                break;
            case LinkMode.Reflink:
                Interlocked.Add(ref _cloned, files);
                break;
            default:
                Interlocked.Add(ref _copied, files);
                break;
        }

        Interlocked.Add(ref _bytes, bytes);
    }
}
