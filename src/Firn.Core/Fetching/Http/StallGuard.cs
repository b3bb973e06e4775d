namespace Firn.Fetching.Http;

/// <summary>Ends an exchange in which nothing comes for too long, or which the user cancels.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _outer;
    private readonly TimeSpan _limit;

    public StallGuard(TimeSpan limit, CancellationToken cancellationToken)
    {
        _limit = limit;
        _outer = cancellationToken;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>What is said of an exchange that was ended.</summary>
    public string Reason => $"the server sent nothing for {_limit.TotalSeconds:0.#} seconds";

    /// <summary>Something came: the time runs anew.</summary>
    public void Rearm() => _source.CancelAfter(_limit);

    /// <summary>Nothing is expected for a while.</summary>
    public void Disarm() => _source.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <exception cref="OperationCanceledException">It was the user who ended it.</exception>
    public void ThrowIfCancelled() => _outer.ThrowIfCancellationRequested();

    /// <summary>Whether the time was up.</summary>
    public bool IsStalled => _source.IsCancellationRequested && !_outer.IsCancellationRequested;

    public void Dispose() => _source.Dispose();
}
