using Firn.Common;

namespace Firn.Fetching.Http;

/// <summary>Counts the failures of one file, and waits between them: twice as long each time, with jitter.</summary>
internal sealed class RetryBudget(FetchOptions options, string name)
{
    private const int MostDoublings = 10;
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
                $"cannot fetch {name}: {failure.Message}"
                + (options.Retries > 0 ? $" (tried {options.Retries + 1} times)" : string.Empty),
                "check the network and the proxy variables, or run the command again later",
                innerException: failure);
        }

        cancellationToken.WaitHandle.WaitOne(DelayOf(failure));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private TimeSpan DelayOf(TransientFailure failure)
    {
        var delay = options.FirstDelay * (1 << Math.Min(_failures - 1, MostDoublings));

        // Many clients that one failure sent away must not come back at one time.
        delay *= 0.75 + (Random.Shared.NextDouble() / 2);
        if (failure.RetryAfter is { } asked && asked > delay)
        {
            delay = asked;
        }

        return delay > options.MostDelay ? options.MostDelay : delay;
    }
}
