namespace Firn.Common;

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
