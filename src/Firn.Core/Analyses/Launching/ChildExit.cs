namespace Firn.Analyses.Launching;

/// <summary>How a child process ended.</summary>
/// <param name="ExitCode">Its exit code; 128 and the signal's number where a signal ended it.</param>
/// <param name="Signal">The signal's name, for example <c>SIGKILL</c>; <see langword="null"/> where none ended it.</param>
internal sealed record ChildExit(int ExitCode, string? Signal)
{
    private const int OfSignal = 128;

    private static readonly string[] Names =
    [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
        "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP",
        "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    /// <summary>Reads what <c>waitpid(2)</c> tells.</summary>
    public static ChildExit OfStatus(int status)
    {
        var signal = status & 0x7f;
        return signal == 0
            ? new ChildExit((status >> 8) & 0xff, null)
            : new ChildExit(OfSignal + signal, NameOf(signal));
    }

    /// <summary>Linux's numbers, of which those up to 15 that end processes are macOS's too, but SIGBUS, SIGUSR1, SIGUSR2 and SIGSYS.</summary>
    private static string NameOf(int signal) => OperatingSystem.IsMacOS()
        ? signal switch
        {
            7 => "SIGEMT",
            10 => "SIGBUS",
            12 => "SIGSYS",
            30 => "SIGUSR1",
            31 => "SIGUSR2",
            _ => signal < 16 ? Names[signal] : $"signal {signal}",
        }
        : signal < Names.Length ? Names[signal] : $"signal {signal}";
}
