using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Runs.Launching;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn build</c>: writes the environment and the configuration of analyses into their run directories.</summary>
internal static class BuildCommand
{
    public static Command Create(CommandContext context)
    {
        var analyses = new Argument<string[]>("SUBJECT/NAME")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Analyses of the project; without any, all",
        };
        var dryRun = new Option<bool>("--dry-run", "--dryrun") { Description = "Say what would be written; capture nothing and write nothing" };
        var project = new ProjectArguments();
        var store = new StoreArguments(withProject: false);
        var inImage = new InImageArguments();
        var command = new ExampleCommand(
            "build",
            "Make the run directories of analyses: the environment as it is now, and the resolved configuration. "
            + "`firn run` does it where it is not done; built again, an analysis accepts the environment as it is.",
            "firn build --project DIR")
        {
            analyses, dryRun,
        };
        project.AddTo(command);
        store.AddTo(command);
        inImage.AddTo(command);
        command.SetAction(parsed => inImage.Run(parsed, context, parsed.GetValue(analyses) ?? [], project.Given(parsed), store.Given(parsed)) ?? Run(
            context,
            new ProjectAnalysesRequest { Project = project.Given(parsed), Store = store.Given(parsed), Analyses = parsed.GetValue(analyses) ?? [] },
            parsed.GetValue(dryRun)));
        return command;
    }

    private static int Run(CommandContext context, ProjectAnalysesRequest request, bool isDryRun)
    {
        var workflow = new BuildAnalyses(context.SystemContext);
        var observer = new ConsoleObserver(context.Console) { TellsMuchAlone = true };
        if (isDryRun)
        {
            foreach (var plan in workflow.Plan(request, observer))
            {
                Write(context, plan);
            }

            return ExitCodes.Done;
        }

        using var signals = new SignalForwarder();
        workflow.Run(
            request with { Signals = signals },
            built => Write(context, built),
            observer);
        return ExitCodes.Done;
    }

    private static void Write(CommandContext context, BuiltAnalysis built)
    {
        Line($"Built {built.Reference}: {RunReport.Short(built.Capture.EnvironmentId)} of {built.Capture.Environment.Prefix}");
        foreach (var change in built.Changes)
        {
            Line($"  changed: {change}");
        }

        FittedText.WriteWords(
            context.Console.Output,
            $"  {Path.GetRelativePath(context.SystemContext.CurrentDirectory, built.Folder)}: {string.Join(", ", built.Files)}", indent: 4);
        ProblemWriter.Write(context.Console.Error, built.Capture.Problems);

        void Line(string text) => context.Console.Output.WriteLine(TerminalText.Clean(text));
    }

    private static void Write(CommandContext context, BuildPlan plan)
    {
        var output = context.Console.Output;
        Line($"Would build {plan.Reference}{(plan.BuiltBefore is { } built ? $", built {TimeText.Of(built)} before" : string.Empty)}");
        Line($"  environment  {plan.Environment}");
        Line($"  command      {plan.Command}");
        Line($"  files        {Path.GetRelativePath(context.SystemContext.CurrentDirectory, plan.Folder)}: {string.Join(", ", plan.Files)}; of conda also {string.Join(", ", plan.CondaFiles)}");

        void Line(string text) => FittedText.WriteWords(output, text, indent: 15);
    }
}
