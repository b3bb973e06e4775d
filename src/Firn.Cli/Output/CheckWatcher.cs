using Firn.Storage.Checks;

namespace Firn.Cli.Output;

/// <summary>Shows how far a check is, until it is disposed. Where nobody looks it does nothing.</summary>
internal sealed class CheckWatcher : IDisposable
{
    private const int Pause = 200;
    private readonly CheckProgress _progress;
    private readonly ManualResetEventSlim _isDone = new();
    private readonly Thread? _thread;
    private readonly CommandConsole _console;

    public CheckWatcher(CommandConsole console, CheckProgress progress)
    {
        _console = console;
        _progress = progress;
        if (console.IsErrorTerminal)
        {
            _thread = new Thread(Watch) { IsBackground = true, Name = "progress" };
            _thread.Start();
        }
    }

    public void Dispose()
    {
        _isDone.Set();
        _thread?.Join();
        _isDone.Dispose();
    }

    private void Watch()
    {
        while (_progress.TotalFiles == 0)
        {
            if (_isDone.Wait(Pause))
            {
                return;
            }
        }

        using var line = new ProgressLine(
            _console, TimeProvider.System, "Checking", _progress.TotalFiles, _progress.TotalBytes);
        do
        {
            line.Update(_progress.Files, _progress.Bytes, 0);
        }
        while (!_isDone.Wait(Pause));
    }
}

/// <summary>Writes findings: a line that says what and where, one that says what it means, one with the command that mends it.</summary>
internal static class FindingWriter
{
    public static void Write(TextWriter output, Finding finding, string store)
    {
        WriteHead(output, finding);
        output.WriteLine(TerminalText.Clean($"  repair: {finding.Repair(store)}"));
    }

    /// <summary>The first two lines.</summary>
    public static void WriteHead(TextWriter output, Finding finding)
    {
        output.WriteLine(TerminalText.Clean($"{CheckReportJson.Word(finding.Kind.Level)}: {finding.Kind.Code}: {finding.Path}"));
        output.WriteLine(TerminalText.Clean($"  {finding.Message}"));
    }
}
