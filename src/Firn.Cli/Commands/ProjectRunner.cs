using Firn.Cli.Output;
using Firn.Common;
using Firn.Runs.Launching;
using Firn.Runs.Running;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary>Runs the analyses of a project for <c>firn run</c>.</summary>
internal sealed class ProjectRunner(CommandContext context)
{
    private readonly DescriptorWriter _output = new(1);
    private readonly DescriptorWriter _error = new(2);

    /// <param name="request">The analyses.</param>
    /// <param name="program">What is for a command, and must not be given.</param>
    public int Run(RunAnalysesRequest request, RunProgramRequest program)
    {
        Check(request, program);
        using var signals = new SignalForwarder();
        var result = new RunAnalyses(context.SystemContext).Run(
            request with { Options = request.Options with { Signals = signals } },
            (analysis, isOnly) => StreamsOf(analysis, isOnly, showsProgress: request.Jobs == 1),
            new ConsoleObserver(context.Console));
        new ProjectReport(context.Console, result.Store, request.Options.Project, ProcessStreams.StoreOption(request.Options))
            .Write(result.Analyses);
        return ExitCodeOf(result.Analyses, signals.Received);
    }

    private RunStreams StreamsOf(string analysis, bool isOnly, bool showsProgress)
    {
        var prefix = $"{TerminalText.Clean(analysis)} | ";
        var output = new LinePrefixer(prefix, _output.Write);
        var error = new LinePrefixer(prefix, _error.Write);
        return new RunStreams(isOnly ? _output.Write : output.Write, isOnly ? _error.Write : error.Write)
        {
            AreOne = DescriptorWriter.AreOne(1, 2),
            Observer = new AnalysisObserver(context.Console, _error, analysis, showsProgress),
            Finished = () =>
            {
                output.Finish();
                error.Finish();
            },
        };
    }

    /// <summary>
    /// Firn's own failure where there was one, else the exit code of the first command that failed, in the order of the
    /// table.
    /// </summary>
    private static int ExitCodeOf(IReadOnlyList<AnalysisRunResult> results, int signal)
    {
        var code = ExitCodes.Done;
        foreach (var result in results)
        {
            if (result.Failure is { } failure)
            {
                return failure.Kind is FailureKind.ProgramNotFound or FailureKind.ProgramNotExecutable ? ExitCodes.Of(failure.Kind) : ExitCodes.NotRun;
            }

            if (result.Run is { StoreFailure: not null })
            {
                return ExitCodes.NotRun;
            }

            if (code == ExitCodes.Done && result.Run is { } run)
            {
                code = run.ExitCode;
            }

            if (code == ExitCodes.Done && result.Kind == AnalysisResultKind.Cancelled)
            {
                code = 128 + signal;
            }
        }

        return code;
    }

    private static void Check(RunAnalysesRequest request, RunProgramRequest program)
    {
        foreach (var name in request.Analyses)
        {
            if (name.StartsWith('-'))
            {
                throw new FirnException($"there is no option '{name}'", "`firn run --help` shows them; a command goes after `--`");
            }

            if (!name.Contains('/', StringComparison.Ordinal) || name.StartsWith('/') || name.StartsWith('.'))
            {
                throw new FirnException(
                    $"'{name}' is not an analysis",
                    $"a command goes after `--`: firn run -- {string.Join(' ', request.Analyses)}; an analysis is SUBJECT/NAME");
            }
        }

        if (program.Label is not null || program.Environment is not null || program.Inputs is not null || program.Outputs.Count > 0)
        {
            throw new FirnException(
                "--as, --env, --name, --input and --output are for a command after `--`",
                "analyses have them in firn.yaml; a command is run by `firn run --as SUBJECT/NAME -- python train.py`");
        }
    }
}

/// <summary>Says on standard error what an analysis tells.</summary>
/// <param name="console">Where progress goes.</param>
/// <param name="error">Where lines go, whole, beside the output of other analyses.</param>
/// <param name="analysis">Its reference.</param>
/// <param name="showsProgress">
/// Whether progress is shown: where several analyses run at once, the others print meanwhile, and a line that is drawn over
/// would be in between.
/// </param>
internal sealed class AnalysisObserver(CommandConsole console, DescriptorWriter error, string analysis, bool showsProgress) : IWorkObserver
{
    public IDisposable? Begin(WorkStep step, WorkCounts total, Func<WorkCounts> progress) =>
        ArchiveProgressLine.OfMany(console, total, progress, Say, showsProgress);

    public void Tell(WorkNotice notice)
    {
        if (notice is WorkNotice.Remark remark)
        {
            Say(remark.Text);
        }
    }

    private void Say(string line) =>
        error.Write(System.Text.Encoding.UTF8.GetBytes($"firn: {TerminalText.Clean($"{analysis}: {line}")}\n"));
}
