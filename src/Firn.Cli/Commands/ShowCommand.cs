using System.CommandLine;
using Firn.Cli.Commands.ResultsCommands;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn show</c>: what a run did, and what it really used of its environment.</summary>
internal sealed class ShowCommand(CommandContext context, RunDetails run)
{
    public const string Name = "show";

    public static Command Create(CommandContext context)
    {
        var reference = ResultsCommand.RunArgument("SUBJECT/NAME[@N]", "The run; without @N the last one");
        var requirements = new Option<bool>("--requirements")
        {
            Description = "Print the requirements of what the run imported, as pip freeze would, and nothing else",
        };
        var json = new Option<bool>("--json") { Description = "Print the run's record, what it did and what it used as JSON" };
        var store = new StoreArguments(ofProject: true);
        var command = new ExampleCommand(
            Name, "Show what a run did, and what it really used of its environment.", "firn show study/train --requirements")
        {
            reference, requirements, json,
        };
        store.AddTo(command);
        command.SetAction(parsed => new ShowCommand(
            context, new ReadRun(context.SystemContext, store.Selection(parsed)).Run(parsed.GetRequiredValue(reference)))
            .Run(parsed.GetValue(requirements), parsed.GetValue(json)));
        return command;
    }

    private int Run(bool showsRequirements, bool asJson)
    {
        if (showsRequirements && asJson)
        {
            throw new FirnException("--requirements and --json exclude each other", "give one of them", FailureKind.InvalidRequest);
        }

        if (asJson)
        {
            context.Console.WriteDocument(run.WriteJson);
        }
        else if (showsRequirements)
        {
            WriteRequirements();
        }
        else
        {
            new RunSummary(context.Console.Output).Write(run.Result, run.ReadExecution(), run.ReadObservation());
        }

        return ExitCodes.Done;
    }

    private void WriteRequirements()
    {
        context.Console.Output.Write(run.ReadRequirements());
        foreach (var process in run.ReadObservation()?.Processes ?? [])
        {
            if (!process.IsObserved)
            {
                context.Console.Error.WriteLine(TerminalText.Clean(
                    $"warning: what process {process.ProcessId} imported is not known ({process.Why}): {process.Executable}"));
            }
        }
    }
}
