using System.CommandLine;

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
        command.SetAction(parsed => new RerunRunner(context).Run(new RerunArguments(
            parsed.GetRequiredValue(run), parsed.GetValue(project), store.Given(parsed), !parsed.GetValue(noKeep),
            parsed.GetValue(allowOutside), store.IsOfAllProjects(parsed), parsed.GetValue(yes))));
        return command;
    }
}
