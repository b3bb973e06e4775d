namespace Firn.Fetching.Http;

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
