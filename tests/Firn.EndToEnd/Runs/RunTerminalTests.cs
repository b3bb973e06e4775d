using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>On a terminal a run is a job of the shell as its command would be without firn: tried with a real shell on a real one.</summary>
public sealed class RunTerminalTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const string Ended = "expect kept as\nsend echo S''T=$?\\n\nexpect ST=0\n";

    [SkippableFact]
    public void Background_job_that_reads_is_stopped_and_reads_in_the_foreground() => Drive(
        "cat", " &",
        "expect [1]\nexpect topped\nsend fg\\n\nwait 0.5\nsend ty''ped\\n\nexpect ty''ped\\r\\nty''ped\nsend \\x04\n" + Ended);

    [SkippableFact]
    public void Job_that_is_stopped_by_the_keyboard_goes_on_in_the_foreground() => Drive(
        "cat", string.Empty,
        "wait 1.5\nsend \\x1a\nexpect topped\nsend echo A''B\\n\nexpect AB\nsend fg\\n\nwait 0.5\nsend x''y\\n\nexpect x''y\\r\\nx''y\nsend \\x04\n" + Ended);

    [SkippableFact]
    public void Job_that_is_stopped_by_the_keyboard_goes_on_in_the_background() => Drive(
        "sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 0.4; echo t''ick$i; done'", string.Empty,
        "expect tick2\nsend \\x1a\nexpect topped\nabsent tick6 2.5\nsend bg\\n\nexpect tick8\n" + Ended);

    [SkippableFact]
    public void Interrupt_reaches_a_command_that_handles_it_once() => Drive(
        "python -uc 'import time\nn = 0\nwhile n < 1:\n  try: print(\"g\" + \"o\"); time.sleep(30)\n  except KeyboardInterrupt:\n    n += 1; print(\"got\", n)\ntry: time.sleep(1)\nexcept KeyboardInterrupt: print(\"tw\" + \"ice\")'".Replace("\n", "\\n", StringComparison.Ordinal),
        string.Empty,
        "expect go\\r\nsend \\x03\nexpect got 1\nabsent twice 1.5\n" + Ended);

    [SkippableFact]
    public void Command_that_ignores_the_stop_is_not_stopped() => Drive(
        "sh -c 'trap \"\" TSTP; echo g''o; sleep 2; echo en''d'", string.Empty,
        "expect go\nsend \\x1a\nabsent topped 1\nexpect end\n" + Ended);

    [SkippableFact]
    public void Command_that_puts_its_screen_in_order_first_does_so_before_the_shell_comes_back() => Drive(
        ("python -uc 'import os, signal, time\ndef stop(*ignored):\n  time.sleep(0.5); print(\"sa\" + \"ved\"); signal.signal(signal.SIGTSTP, signal.SIG_DFL); os.kill(os.getpid(), signal.SIGTSTP)\n"
            + "signal.signal(signal.SIGTSTP, stop)\nprint(\"g\" + \"o\")\nend = time.time() + 2\nwhile time.time() < end: time.sleep(0.1)\nprint(\"en\" + \"d\")'").Replace("\n", "\\n", StringComparison.Ordinal),
        string.Empty,
        "expect go\\r\nsend \\x1a\nexpect saved\nexpect topped\nsend fg\\n\nexpect end\n" + Ended);

    [SkippableFact]
    public void Terminal_is_read_also_where_standard_input_is_a_file() => Drive(
        "sh -c 'read x </dev/tty; echo got=$x'", " </dev/null", "wait 1.5\nsend pw\\n\nexpect got=pw\n" + Ended);

    [SkippableFact]
    public void Rest_of_a_pipeline_keeps_the_terminal() => Drive(
        "echo da''ta", " 2>/dev/null | sh -c 'cat; read x </dev/tty; echo pager=$x'",
        "expect data\nsend q\\n\nexpect pager=q\nsend echo S''T=$?\\n\nexpect ST=0\n");

    [SkippableTheory]
    [InlineData("y", "is reproduced")]
    [InlineData("yes", "is reproduced")]
    [InlineData("n", "error: not run")]
    public void Run_of_a_foreign_store_is_asked_about(string answer, string expected)
    {
        Part.Program("bash");
        using var folder = new RunFolder(firn);
        folder.Firn("run", "--as", "t/x", "-o", "out", "--", "sh", "-c", "echo 1 > out").MustReturn(0);
        Directory.Delete(folder.PathOf("data", "firn", "own-stores"), recursive: true);

        Terminal(folder, $"send {firn.Executable} rerun t/x@1 --no-keep\\n\nexpect Run it? [y/N]\nsend {answer}\\n\nexpect {expected}\n");
    }

    /// <param name="command">As the shell takes it; quotes within words keep what is echoed from being what is expected.</param>
    /// <param name="behind">What stands behind it on the line.</param>
    /// <param name="script">For terminal.py.</param>
    private void Drive(string command, string behind, string script)
    {
        Part.Program("bash");
        using var folder = new RunFolder(firn);
        var line = $"send {firn.Executable} run --no-archive --as t/x -- {command}{behind}\\n\n".Replace("'''", "\\'\\'\\'", StringComparison.Ordinal);
        Terminal(folder, line + script);
    }

    private static void Terminal(RunFolder folder, string script)
    {
        var result = folder.Program(
            RealPython.Of("system"), Repository.PathOf("tests", "Firn.EndToEnd", "Support", "terminal.py"), folder.Write("script", script));

        Assert.True(result.ExitCode == 0, result.StandardOutput + result.StandardError);
    }
}
