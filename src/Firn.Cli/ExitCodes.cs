using Firn.Common;

namespace Firn.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCodes
{
    /// <summary>The command did what it was asked to do.</summary>
    public const int Done = 0;

    /// <summary>The command failed.</summary>
    public const int Failed = (int)FailureKind.Failed;

    /// <summary>The command line was wrong.</summary>
    public const int Usage = (int)FailureKind.InvalidRequest;

    /// <summary>A check worked and found differences or damage.</summary>
    public const int Different = (int)FailureKind.Different;

    /// <summary>Some of the work was done, some failed.</summary>
    public const int Partial = (int)FailureKind.Incomplete;

    /// <summary>There is no store.</summary>
    public const int NoStore = (int)FailureKind.NoStore;

    /// <summary>Firn itself is wrong (EX_SOFTWARE of sysexits.h).</summary>
    public const int InternalError = 70;

    /// <summary>`firn run` itself failed; every other code is the command's.</summary>
    public const int NotRun = 125;

    /// <summary>The user cancelled with Ctrl-C; another signal has a code of its own.</summary>
    public const int Cancelled = (int)FailureKind.Cancelled;

    /// <summary>What the process returns for a failure.</summary>
    public static int Of(FailureKind kind) => (int)kind;
}
