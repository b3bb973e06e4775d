using System.CommandLine;
using Firn.Cli.Commands.ResultsCommands;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Runs.Launching;
using Firn.Runs.Reruns;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn rerun</c>: runs a run again, with its environment, its code and its inputs.</summary>
internal static class RerunCommand
{
    public static Command Create(CommandContext context)
    {
        var run = ResultsCommand.RunArgument("SUBJECT/NAME[@N]", "The run; without @N the last that succeeded");
        var project = new Option<string?>("--project")
        {
            Description = "The project's folder, with the inputs and the repository; default: the one with firn.yaml, here or above",
            HelpName = "DIR",
        };
        project.RefuseEmpty();
        var noKeep = new Option<bool>("--no-keep") { Description = "Do not add the rerun to the store" };
        var allowOutside = new Option<bool>("--allow-outside")
        {
            Description = "Let the command write where the run wrote, outside of the rerun's folder too",
        };
        var yes = new Option<bool>("--yes") { Description = "Run what a store says that is not your own, without a question" };
        var store = new StoreArguments(withProject: false, ofProject: true);
        var command = new ExampleCommand(
            "rerun",
            "Run a run again: its environment comes back from the store, its code is laid out beside the project, its inputs "
            + "must be the same. Then the outputs are compared. Exit code 3 where they differ.",
            "firn rerun backdoor/train@1 --project DIR")
        {
            run, project, noKeep, allowOutside, yes,
        };
        store.AddTo(command);
        command.SetAction(parsed => new RerunRunner(context).Run(
            new RerunAnalysisRequest
            {
                Run = parsed.GetRequiredValue(run),
                Project = parsed.GetValue(project),
                Store = store.Given(parsed),
                IsKept = !parsed.GetValue(noKeep),
                AllowsOutside = parsed.GetValue(allowOutside),
                IsOfAllProjects = store.IsOfAllProjects(parsed),
                TrustsStore = parsed.GetValue(yes),
            }));
        return command;
    }
}

/// <summary>Runs <c>firn rerun</c>.</summary>
internal sealed class RerunRunner(CommandContext context)
{
    public int Run(RerunAnalysisRequest request)
    {
        using var signals = new SignalForwarder();
        var result = new RerunAnalysis(context.SystemContext).Run(
            request with
            {
                Signals = signals,
                Confirm = run => new ForeignRunQuestion(context).Ask(run, request.TrustsStore),
            },
            ProcessStreams.Create(),
            new ConsoleObserver(context.Console));
        return Report(result);
    }

    private int Report(RerunAnalysisResult result)
    {
        var (run, outputs) = (result.Run, result.Outputs);
        var report = new RunReport(context.Console, string.Empty);
        report.WriteProblems(run);
        var output = context.Console.Output;
        var width = outputs.Count == 0 ? 0 : outputs.Max(compared => compared.Path.Length);
        foreach (var compared in outputs)
        {
            var word = compared.IsEqual ? "equal" : compared.Now is null ? "missing" : compared.Before is null ? "new" : "differs";
            Line($"{compared.Path.PadRight(width)}  {word,-8}  {Digest(compared)}");
        }

        var differ = outputs.Count(compared => !compared.IsEqual);
        var neverMade = outputs.Count(static compared => compared.Before is null && compared.Now is null);
        var hasOtherEnd = result.HasOtherExitCode;
        var name = result.OriginalReference;
        if (result.OriginalEnvironmentId != run.EnvironmentId)
        {
            Line($"The environment differs: {RunReport.Short(result.OriginalEnvironmentId)} then, {RunReport.Short(run.EnvironmentId)} now");
        }

        if (hasOtherEnd || run.CommandExitCode != 0)
        {
            Line($"It ended with {RunReport.Ending(run)}, {name} {(hasOtherEnd ? $"with exit code {result.OriginalExitCode}" : "too")}");
        }

        Line(neverMade > 0 && neverMade == differ ? $"{name} failed, and fails again: {CountText.Of(neverMade, "declared output")} missing"
            : differ > 0 ? $"{name} was not reproduced: {CountText.Of(differ, "output")} of {outputs.Count} differ"
            : hasOtherEnd ? $"{name} was not reproduced"
            : result.IsEnvironmentChanged ? $"{name} was not reproduced: its environment was changed while it ran"
            : result.IsInputChanged ? $"{name} was not reproduced: an input was changed while it ran"
            : outputs.Count == 0 ? $"{name} ran again; it declares no outputs to compare"
            : $"{name} is reproduced: {CountText.Of(outputs.Count, "output")} equal");
        if (run.IsKept)
        {
            Line($"Kept as {run.Reference}");
        }

        output.Flush();
        if (run.StoreFailure is { } failure)
        {
            throw new FirnException($"the rerun could not be kept: {failure.Text}", failure.Hint);
        }

        return result.IsReproduced ? ExitCodes.Done : ExitCodes.Different;

        void Line(string text) => output.WriteLine(TerminalText.Clean(text));
    }

    private static string Digest(ComparedOutput compared)
    {
        const int shown = 12;
        var before = compared.Before?.Hex[..shown];
        var now = compared.Now?.Hex[..shown];
        return before == now ? before ?? "in both" : $"{before ?? "-"} -> {now ?? "-"}";
    }
}

/// <summary>Before a run of a store that is not the user's own is run again: says what that is, and asks.</summary>
internal sealed class ForeignRunQuestion(CommandContext context)
{
    private const int MaxVariables = 200;

    /// <exception cref="FirnException">The user does not want it, or nobody is there to be asked.</exception>
    public void Ask(ForeignRun run, bool isConfirmed)
    {
        Show(run);
        if (isConfirmed)
        {
            return;
        }

        if (context.Console.Ask("Run it? [y/N] ") is not { } answer)
        {
            throw new FirnException(
                $"the store {run.Store} is not your own, and a rerun runs what somebody else may have written",
                "look at what it is, above; --yes runs it");
        }

        if (answer.Trim().ToLowerInvariant() is not ("y" or "yes"))
        {
            throw new FirnException("not run", "answer y, or say --yes, to run it");
        }
    }

    private void Show(ForeignRun run)
    {
        var environment = run.Environment.Environment;
        Line($"The store {run.Store} is not your own; this would run:");
        Line($"  run          {run.Reference} of {TimeText.Of(run.Created)}");
        Line($"  command      {string.Join(' ', run.Command)}");
        Line($"  in           {(Path.IsPathRooted(run.WorkingDirectory) ? $"{run.WorkingDirectory}, which is NOT in the rerun's folder" : run.WorkingDirectory)}");
        var from = run.Commit is { } commit ? $", commit {commit}{(run.Remote is { } remote ? $" of {remote}" : string.Empty)}" : string.Empty;
        Line($"  code         {(run.HasStoredCode ? "from the store" : "from your repository and the store")}{from}");
        Line($"  interpreter  {environment.Implementation} {environment.PythonVersion} of the environment {RunReport.Short(run.Environment.EnvironmentId)}, from the store");
        var shown = 0;
        foreach (var (name, value) in run.Variables)
        {
            if (shown++ < MaxVariables)
            {
                Line($"  variable     {name}={value}");
            }
        }

        if (shown > MaxVariables)
        {
            Line($"  and {shown - MaxVariables} more variables");
        }
    }

    private void Line(string text) => context.Console.Error.WriteLine(TerminalText.Clean(text));
}
