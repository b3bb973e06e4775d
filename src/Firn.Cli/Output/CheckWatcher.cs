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
