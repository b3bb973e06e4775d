namespace Firn.Fetching;

/// <summary>How far a <see cref="Fetcher"/> has come; read while other threads fetch.</summary>
internal sealed class FetchProgress
{
    private long _received;
    private long _expected;
    private int _done;

    /// <summary>Bytes that are here; falls where a transfer begins anew.</summary>
    public long BytesReceived => Volatile.Read(ref _received);

    /// <summary>The sizes of the files that were begun, as far as they are known.</summary>
    public long BytesExpected => Volatile.Read(ref _expected);

    public int FilesDone => Volatile.Read(ref _done);

    public void Receive(long bytes) => Interlocked.Add(ref _received, bytes);

    public void Expect(long bytes) => Interlocked.Add(ref _expected, bytes);

    public void Finish() => Interlocked.Increment(ref _done);
}
