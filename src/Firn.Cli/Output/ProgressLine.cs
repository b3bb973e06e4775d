using System.Diagnostics;
using Firn.Common;
using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>
/// One line on standard error that says how far a long command is: files, bytes, rate, and what was already there. Only
/// on a terminal, only after a second, and gone when the command is done. Any thread may report.
/// </summary>
internal sealed class ProgressLine(
    CommandConsole console, TimeProvider clock, string verb, long totalFiles = 0, long totalBytes = 0) : IDisposable
{
    /// <summary>Back to the start of the line, and erase to its end (ECMA-48: EL).</summary>
    private const string Erase = "\r\u001b[K";

    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private readonly bool _isTerminal = console.IsErrorTerminal;
    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _next = Delay;
    private bool _isShown;
    private bool _isDone;

    /// <summary>Says how far the command is.</summary>
    /// <param name="files">Files so far.</param>
    /// <param name="bytes">Bytes so far.</param>
    /// <param name="there">How many of the files were already there.</param>
    public void Update(long files, long bytes, long there)
    {
        if (!_isTerminal)
        {
            return;
        }

        lock (_lock)
        {
            var elapsed = clock.GetElapsedTime(_start);
            if (elapsed < _next || _isDone)
            {
                return;
            }

            _next = elapsed + Pause;
            _isShown = true;
            console.Error.Write(Erase + Text(files, bytes, there, elapsed));
            console.Error.Flush();
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isShown && !_isDone)
            {
                console.Error.Write(Erase);
                console.Error.Flush();
            }

            _isDone = true;
        }
    }

    private string Text(long files, long bytes, long there, TimeSpan elapsed)
    {
        var count = totalFiles > 0 ? $"{files:N0} of {CountText.Of(totalFiles, "file")}" : CountText.Of(files, "file");
        var size = totalBytes > 0 ? $"{SizeText.Of(bytes)} of {SizeText.Of(totalBytes)}" : SizeText.Of(bytes);
        var rate = SizeText.Of((long)(bytes / elapsed.TotalSeconds));
        var known = there > 0 ? $", {there:N0} already there" : string.Empty;
        return $"{verb} {count}, {size}, {rate}/s{known}";
    }
}

/// <summary>
/// One line on the terminal that says how far an archive is; nothing in the first second, and nothing where the errors
/// go to a file.
/// </summary>
internal sealed class ArchiveProgressLine : IDisposable
{
    private const int Interval = 200;
    private readonly CommandConsole _console;
    private readonly WorkCounts _total;
    private readonly Func<WorkCounts> _progress;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Timer? _timer;
    private readonly Lock _lock = new();
    private bool _isShown;
    private bool _isDone;

    public ArchiveProgressLine(CommandConsole console, WorkCounts total, Func<WorkCounts> progress)
    {
        _console = console;
        _total = total;
        _progress = progress;
        if (!Console.IsErrorRedirected)
        {
            _timer = new Timer(_ => Show(), null, 1000, Interval);
        }
    }

    /// <summary>One for as many bytes as are worth a word, which is said first.</summary>
    /// <param name="console">Where the line goes.</param>
    /// <param name="total">How much there is to do.</param>
    /// <param name="progress">How much is done.</param>
    /// <param name="say">Says the word.</param>
    /// <param name="showsProgress">Whether the line is drawn, or the word is all.</param>
    public static ArchiveProgressLine? OfMany(
        CommandConsole console, WorkCounts total, Func<WorkCounts> progress, Action<string> say, bool showsProgress = true)
    {
        if (total.Bytes <= RunReport.ManyBytes)
        {
            return null;
        }

        say(RunReport.Archiving(total.Bytes));
        return showsProgress ? new ArchiveProgressLine(console, total, progress) : null;
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
    private static string Text(WorkCounts total, WorkCounts done, TimeSpan elapsed)
    {
        var rate = elapsed.TotalSeconds > 0 ? (long)(done.Bytes / elapsed.TotalSeconds) : 0;
        return $"archiving {done.Files} of {total.Files} files, {SizeText.Of(done.Bytes)} of "
            + $"{SizeText.Of(total.Bytes)}, {SizeText.Of(rate)}/s, {SizeText.Of(done.BytesAlreadyThere)} there already";
    }

    private void Show()
    {
        lock (_lock)
        {
            if (!_isDone)
            {
                _console.Error.Write($"\r{Text(_total, _progress(), _clock.Elapsed)}\e[K");
                _console.Error.Flush();
                _isShown = true;
            }
        }
    }
}
