namespace Firn.Fetching.Http;

/// <summary>Ends an exchange in which nothing comes for too long, or too little, or which the user cancels.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _outer;
    private readonly TimeSpan _limit;
    private readonly TimeSpan _window;
    private readonly int _leastRate;
    private TimeSpan _waited;
    private long _received;

    public StallGuard(FetchOptions options, CancellationToken cancellationToken)
    {
        _limit = options.StallTimeout;
        _window = options.RateWindow;
        _leastRate = options.LeastRate;
        _outer = cancellationToken;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>What is said of an exchange that was ended.</summary>
    public string Reason => $"the server sent nothing for {_limit.TotalSeconds:0.#} seconds";

    /// <summary>Something came: the time runs anew.</summary>
    public void Rearm() => _source.CancelAfter(_limit);

    /// <summary>Counts what came, and how long it was waited for: the time that the disk takes is not the server's.</summary>
    /// <exception cref="TransientFailure">It is too little.</exception>
    public void Count(int bytes, TimeSpan waited)
    {
        _received += bytes;
        _waited += waited;
        if (_waited < _window)
        {
            return;
        }

        if (_received < _leastRate * _waited.TotalSeconds)
        {
            throw new TransientFailure($"the server sent {_received} bytes in {_waited.TotalSeconds:0.#} seconds");
        }

        (_received, _waited) = (0, TimeSpan.Zero);
    }

    /// <summary>Nothing is expected for a while.</summary>
    public void Disarm() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <exception cref="OperationCanceledException">It was the user who ended it.</exception>
    public void ThrowIfCancelled() => _outer.ThrowIfCancellationRequested();

    /// <summary>Whether the time was up.</summary>
    public bool IsStalled => _source.IsCancellationRequested && !_outer.IsCancellationRequested;

    public void Dispose() => _source.Dispose();
}
