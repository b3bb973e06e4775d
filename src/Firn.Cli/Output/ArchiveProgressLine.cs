using System.Diagnostics;
using Firn.Captures.Archives;

namespace Firn.Cli.Output;

/// <summary>
/// One line on the terminal that says how far an archive is; nothing in the first second, and nothing where the errors
/// go to a file.
/// </summary>
internal sealed class ArchiveProgressLine : IDisposable
{
    private const int Interval = 200;
    private readonly CommandConsole _console;
    private readonly ArchiveProgress _progress;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Timer? _timer;
    private readonly Lock _lock = new();
    private bool _isShown;
    private bool _isDone;

    public ArchiveProgressLine(CommandConsole console, ArchiveProgress progress)
    {
        _console = console;
        _progress = progress;
        if (!Console.IsErrorRedirected)
        {
            _timer = new Timer(_ => Show(), null, 1000, Interval);
        }
    }

    /// <summary>One for as many bytes as are worth a word, which is said first.</summary>
    public static ArchiveProgressLine? OfMany(CommandConsole console, ArchiveProgress progress)
    {
        if (progress.Size <= RunReport.ManyBytes)
        {
            return null;
        }

        console.Error.WriteLine($"firn: {RunReport.Archiving(progress.Size)}");
        return new ArchiveProgressLine(console, progress);
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            _isDone = true;
            if (_isShown)
            {
                _console.Error.Write("\r\e[K");
                _console.Error.Flush();
            }
        }
    }

    /// <summary>The line: files, bytes, rate, and how much of it the store had already.</summary>
    public static string Text(ArchiveProgress progress, TimeSpan elapsed)
    {
        var rate = elapsed.TotalSeconds > 0 ? (long)(progress.Bytes / elapsed.TotalSeconds) : 0;
        return $"archiving {progress.Files} of {progress.FileCount} files, {SizeText.Of(progress.Bytes)} of "
            + $"{SizeText.Of(progress.Size)}, {SizeText.Of(rate)}/s, {SizeText.Of(progress.There)} there already";
    }

    private void Show()
    {
        lock (_lock)
        {
            if (!_isDone)
            {
                _console.Error.Write($"\r{Text(_progress, _clock.Elapsed)}\e[K");
                _console.Error.Flush();
                _isShown = true;
            }
        }
    }
}
