namespace Firn.Common;

/// <summary>
/// An expected failure: something the user can mend. The command line prints <see cref="Exception.Message"/> (what and
/// where) and <see cref="Hint"/> (what to do), and returns <see cref="ExitCode"/>. Any other exception is a bug.
/// </summary>
public sealed class FirnException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What failed and where, one line without a final period.</param>
    /// <param name="hint">What to do about it, one line without a final period.</param>
    /// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public FirnException(
        string message, string hint, int exitCode = ExitCodes.Failed, Exception? innerException = null)
        : base(message, innerException)
    {
        Hint = hint;
        ExitCode = exitCode;
    }

    /// <summary>What to do about it.</summary>
    public string Hint { get; }

    /// <summary>The exit code of the process, one of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; }

    /// <summary>Whether the cause may have passed by now, so that the same may be tried again at once.</summary>
    internal bool MayPass { get; init; }
}
