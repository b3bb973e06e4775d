using Firn.Workflows;

namespace Firn.Cli.Output;

/// <summary>Shows on standard error how far a workflow is, and what it tells.</summary>
/// <param name="console">Where to.</param>
internal sealed class ConsoleObserver(CommandConsole console) : IWorkObserver
{
    private const int ShowEvery = 100;

    /// <summary>Writes what is in the way of a restore.</summary>
    public Action<WorkNotice.Obstacles> Obstacles { get; init; } = notice => RestoreReport.WriteObstacles(console.Error, notice);

    /// <summary>Whether archiving is a by-work, which is told only where it takes long.</summary>
    public bool TellsMuchAlone { get; init; }

    public IDisposable? Begin(WorkStep step, WorkCounts total, Func<WorkCounts> progress) => step switch
    {
        WorkStep.Archiving when TellsMuchAlone => ArchiveProgressLine.OfMany(
            console, total, progress, word => console.Error.WriteLine($"firn: {word}")),
        WorkStep.Archiving => new ArchiveProgressLine(console, total, progress),
        _ => new TimedLine(new ProgressLine(console, TimeProvider.System, Verb(step), total.Files, total.Bytes), progress),
    };

    public void Tell(WorkNotice notice)
    {
        switch (notice)
        {
            case WorkNotice.Making making:
                console.Error.WriteLine($"firn: making {TerminalText.Clean(making.Prefix)} from {TerminalText.Clean(string.Join(", ", making.Files))}");
                break;
            case WorkNotice.Solved solved:
                WriteSolved(solved);
                break;
            case WorkNotice.Met met:
                ProblemWriter.Write(console.Error, met.Items);
                break;
            case WorkNotice.Output output:
                console.Error.WriteLine(TerminalText.Clean(output.Line));
                break;
            case WorkNotice.Remark remark:
                console.Error.WriteLine(TerminalText.Clean($"firn: {remark.Text}"));
                break;
            case WorkNotice.Warning warning:
                console.Error.WriteLine(TerminalText.Clean($"warning: {warning.Text}"));
                break;
            case WorkNotice.Obstacles obstacles:
                Obstacles(obstacles);
                break;
        }
    }

    private static string Verb(WorkStep step) => step switch
    {
        WorkStep.Restoring => "restoring",
        WorkStep.Assembling => "assembling",
        WorkStep.Checking => "Checking",
        WorkStep.Adding => "Adding",
        WorkStep.Fetching => "Fetching",
        WorkStep.Copying => "copying",
        _ => "bringing in",
    };

    private void WriteSolved(WorkNotice.Solved solved)
    {
        foreach (var solver in solved.Solvers)
        {
            console.Error.WriteLine($"firn: not everything is pinned: {TerminalText.Clean(solver)} chose the versions; `firn lock` keeps its choice");
        }

        if (!solved.Built.IsEmpty)
        {
            console.Error.WriteLine($"firn: built from source by pip: {TerminalText.Clean(string.Join(", ", solved.Built))}");
        }
    }

    /// <summary>Asks now and then how far it is.</summary>
    private sealed class TimedLine : IDisposable
    {
        private readonly ProgressLine _line;
        private readonly Timer _timer;

        public TimedLine(ProgressLine line, Func<WorkCounts> progress)
        {
            _line = line;
            _timer = new Timer(_ => Show(progress()), null, ShowEvery, ShowEvery);
        }

        public void Dispose()
        {
            _timer.Dispose();
            _line.Dispose();
        }

        private void Show(WorkCounts counts) => _line.Update(counts.Files, counts.Bytes, counts.FilesAlreadyThere);
    }
}
