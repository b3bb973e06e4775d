using Firn.Common;

namespace Firn.Analyses.Launching;

/// <summary>The terminal of this process's session, whose keys and job control reach process groups.</summary>
internal static class Terminal
{
    private const string Device = "/dev/tty";

    /// <summary>
    /// Whether there is one, in the foreground or not. A command must then stay in this process's group: only so may it
    /// read when the shell puts the job into the foreground, is stopped and continued with it, and gets Ctrl-C from the
    /// terminal itself.
    /// </summary>
    public static bool Exists() => ForegroundGroup() > 0;

    /// <summary>Whether this process's group is the one in its foreground.</summary>
    public static bool IsOurs() => ForegroundGroup() == PosixCalls.OwnGroup();

    /// <summary>The group in the foreground; 0 or less where there is no terminal.</summary>
    private static int ForegroundGroup()
    {
        // Not standard input: that may be a file, and the command ask for a password on the terminal all the same.
        var terminal = Libc.Open(Device, Libc.ReadOnlyNonBlocking);
        if (terminal < 0)
        {
            return 0;
        }

        var group = PosixCalls.ForegroundGroup(terminal);
        _ = PosixCalls.Close(terminal);
        return group;
    }
}
