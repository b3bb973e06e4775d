using System.CommandLine;
using Firn.Cli.Output;
using Firn.Workflows;

namespace Firn.Cli.Commands.StoreCommands;

/// <summary><c>firn store forget</c>: lets gc free an archived environment.</summary>
internal static class StoreForgetCommand
{
    public static Command Create(CommandContext context)
    {
        var environment = new Argument<string>("ENVIRONMENT")
        {
            Description = "An environment id or its first eight digits or more; @N names one of its archives",
        };
        environment.RefuseOptions();
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "forget",
            "Forget an environment's archives: a tombstone is added to its records, and `firn store gc` then frees what "
            + "nothing else needs.",
            "firn store forget firn1:sha256:0123abcd...")
        {
            environment,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(context, store.Selection(parsed), parsed.GetRequiredValue(environment)));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, string environment)
    {
        foreach (var archive in new StoreMaintenance(context.SystemContext, store).Forget(environment))
        {
            context.Console.Output.WriteLine(TerminalText.Clean($"Forgot {archive.EnvironmentId}@{archive.Number}, of {archive.Prefix}"));
        }

        context.Console.Output.WriteLine("`firn store gc` frees what nothing else needs");
        return ExitCodes.Done;
    }
}
