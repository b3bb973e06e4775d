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

/// <summary>What the process returns.</summary>
public static class ExitCodes
{
    /// <summary>The command did what it was asked to do.</summary>
    public const int Done = 0;

    /// <summary>The command failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = 2;

    /// <summary>A check worked and found differences or damage.</summary>
    public const int Different = 3;

    /// <summary>Some of the work was done, some failed.</summary>
    public const int Partial = 4;

    /// <summary>There is no store.</summary>
    public const int NoStore = 10;

    /// <summary>Another process holds the lock.</summary>
    public const int Locked = 11;

    /// <summary>Firn has made a mistake (EX_SOFTWARE of sysexits.h).</summary>
    public const int Mistake = 70;

    /// <summary>`firn run` itself failed; every other code is the command's.</summary>
    public const int NotRun = 125;

    /// <summary>The user cancelled.</summary>
    public const int Cancelled = 130;
}

/// <summary>Something that a reader met and that did not stop it: the capture lists it and goes on.</summary>
/// <param name="Code">What kind of problem, in kebab case and stable, for example <c>metadata-unreadable</c>.</param>
/// <param name="Path">The file or folder concerned, or <see langword="null"/> where there is none.</param>
/// <param name="Message">One line without a final period, for a person; never holds a credential.</param>
public sealed record Problem(string Code, string? Path, string Message)
{
    /// <summary>The line that is shown: the message, then the path it concerns.</summary>
    public override string ToString() => Path is null ? Message : $"{Message}: {Path}";
}
