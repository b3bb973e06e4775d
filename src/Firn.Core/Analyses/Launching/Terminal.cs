namespace Firn.Analyses.Launching;

/// <summary>Whether a terminal's keys reach this process.</summary>
internal static class Terminal
{
    /// <summary>
    /// Whether this process's group is the one in the foreground of the terminal that is its standard input. A child must
    /// then stay in the group: only so may it read, and get Ctrl-C from the terminal itself.
    /// </summary>
    public static bool IsOurs() => PosixCalls.ForegroundGroup(0) is > 0 and var group && group == PosixCalls.OwnGroup();
}
