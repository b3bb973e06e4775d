namespace Firn.Common;

/// <summary>
/// An expected failure: something the user can mend. <see cref="Exception.Message"/> says what and where, <see cref="Hint"/>
/// what to do, <see cref="Kind"/> what kind it is. Any other exception is a bug. Both may name properties of the request.
/// </summary>
public sealed class FirnException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What failed and where, one line without a final period.</param>
    /// <param name="hint">What to do about it, one line without a final period.</param>
    /// <param name="kind">What kind it is.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public FirnException(
        MessageText message, MessageText hint, FailureKind kind = FailureKind.Failed, Exception? innerException = null)
        : base(message.ToString(), innerException)
    {
        Text = message;
        Hint = hint;
        Kind = kind;
    }

    /// <summary>What failed and where: <see cref="Exception.Message"/> for callers with words of their own.</summary>
    public MessageText Text { get; }

    /// <summary>What to do about it.</summary>
    public MessageText Hint { get; }

    /// <summary>What kind it is.</summary>
    public FailureKind Kind { get; }

    /// <summary>Whether the cause may have passed by now, so that the same may be tried again at once.</summary>
    internal bool MayPass { get; init; }
}

/// <summary>
/// What kind of failure it is; programs decide by it. The numbers are stable: documents hold them, and the command line
/// returns them.
/// </summary>
public enum FailureKind
{
    /// <summary>It could not be done.</summary>
    Failed = 1,

    /// <summary>What was asked for is wrong, or contradicts itself.</summary>
    InvalidRequest = 2,

    /// <summary>A check found differences or damage.</summary>
    Different = 3,

    /// <summary>Some of what was asked for could not be done.</summary>
    Incomplete = 4,

    /// <summary>There is no store.</summary>
    NoStore = 10,

    /// <summary>Another process holds the lock.</summary>
    Locked = 11,

    /// <summary>It was cancelled.</summary>
    Cancelled = 130,

    /// <summary>The program that was to be run is not there.</summary>
    ProgramNotFound = 127,

    /// <summary>The program that was to be run cannot be started.</summary>
    ProgramNotExecutable = 126,
}

/// <summary>Something that a reader met and that did not stop it: the capture lists it and goes on.</summary>
/// <param name="Code">What kind of problem, in kebab case and stable, for example <c>metadata-unreadable</c>.</param>
/// <param name="Path">The file or folder concerned, or <see langword="null"/> where there is none.</param>
/// <param name="Message">One line without a final period, for a person; never holds a credential.</param>
public sealed record Problem(string Code, string? Path, string Message)
{
    /// <summary>The message for callers with words of their own; <see langword="null"/> where it names no property of the request.</summary>
    public MessageText? Text { get; init; }

    /// <summary>A problem whose message names properties of the request.</summary>
    internal static Problem Naming(string code, string? path, MessageText message) => new(code, path, message.ToString()) { Text = message };

    /// <summary>The line that is shown: the message, then the path it concerns.</summary>
    public override string ToString() => Path is null ? Message : $"{Message}: {Path}";
}
