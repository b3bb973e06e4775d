using Firn.Common;

namespace Firn.Fetching;

/// <summary>Counts the failures of one file, and waits between them: twice as long each time, with jitter.</summary>
internal sealed class RetryPolicy(FetchOptions options, string name, string action = "fetch")
{
    private const int MaxDoublings = 10;
    private int _failures;

    /// <summary>Waits before the next try.</summary>
    /// <param name="failure">Why there has to be one.</param>
    /// <param name="gotAhead">Whether the failed try brought bytes that need not come again: then it does not count.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="FirnException">It failed too often.</exception>
    public void Wait(TransientFailure failure, bool gotAhead, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _failures = gotAhead ? 1 : _failures + 1;
        if (_failures > options.Retries)
        {
            throw new FirnException(
                $"cannot {action} {name}: {failure.Message}"
                + (options.Retries > 0 ? $" (tried {options.Retries + 1} times)" : string.Empty),
                "check the network and the proxy variables, or run the command again later",
                innerException: failure);
        }

        cancellationToken.WaitHandle.WaitOne(DelayOf(failure));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private TimeSpan DelayOf(TransientFailure failure)
    {
        var delay = options.FirstDelay * (1 << Math.Min(_failures - 1, MaxDoublings));

        // Many clients that one failure sent away must not come back at one time.
        delay *= 0.75 + (Random.Shared.NextDouble() / 2);
        if (failure.RetryAfter is { } asked && asked > delay)
        {
            delay = asked;
        }

        return delay > options.MaxDelay ? options.MaxDelay : delay;
    }
}

/// <summary>A failure that may pass: the same request may work a moment later.</summary>
internal sealed class TransientFailure : Exception
{
    /// <param name="reason">What happened, as the end of a sentence; holds no credentials.</param>
    /// <param name="retryAfter">How long the server asks to wait.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public TransientFailure(string reason, TimeSpan? retryAfter = null, Exception? innerException = null)
        : base(reason, innerException) => RetryAfter = retryAfter;

    public TimeSpan? RetryAfter { get; }
}

/// <summary>Ends an exchange in which nothing comes for too long, or too little, or which the user cancels.</summary>
internal sealed class StallTimeout : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _outer;
    private readonly TimeSpan _limit;
    private readonly TimeSpan _window;
    private readonly int _leastRate;
    private TimeSpan _waited;
    private long _received;

    public StallTimeout(FetchOptions options, CancellationToken cancellationToken)
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
