namespace Firn.Creation.Ingestion;

/// <summary>
/// Lets so many packages be unpacked at a time and no more: each holds some tens of megabytes meanwhile, where a download
/// holds next to nothing.
/// </summary>
internal sealed class UnpackingGate(int most) : IDisposable
{
    private readonly SemaphoreSlim _places = new(most);

    /// <summary>Does the work as soon as there is a place.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled while it waited.</exception>
    public T Run<T>(Func<T> unpack, CancellationToken cancellation)
    {
        _places.Wait(cancellation);
        try
        {
            return unpack();
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}
