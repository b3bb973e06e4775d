using System.CommandLine;
using Firn.Cli.Output;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn diff A B</c>: what differs between two captures or environments.</summary>
internal static class DiffCommand
{
    public static Command Create(CommandContext context)
    {
        var first = new Argument<string>("A") { Description = "A capture (its folder or environment.json, an environment id, SUBJECT/NAME[@N] in the store) or an environment" };
        var second = new Argument<string>("B") { Description = "What to compare it with" };
        first.RefuseOptions();
        second.RefuseOptions();
        var json = new Option<bool>("--json") { Description = "Print the differences as a document" };
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "diff",
            "Compare two captures or environments: packages added, removed and changed, the same version with other "
            + "contents, conda packages, native libraries, variables, host. Contents are compared as recorded, no file "
            + "is read. Of two runs also command, code, variables, inputs and outputs. Exit code 3 where anything differs.",
            "firn diff capture .venv")
        {
            first, second, json,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context,
            new DiffEnvironmentsRequest
            {
                First = parsed.GetRequiredValue(first),
                Second = parsed.GetRequiredValue(second),
                Store = store.Given(parsed),
                Project = store.GivenProject(parsed),
            },
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, DiffEnvironmentsRequest request, bool asJson)
    {
        var result = new DiffEnvironments(context.SystemContext).Run(request);
        if (asJson)
        {
            context.Console.WriteDocument(result.WriteJson);
        }
        else
        {
            if (result.Runs is { } runs)
            {
                new RunDifferenceTable(context.Console.Output).Write(runs);
            }

            new DifferenceTable(context.Console.Output).Write(result.Environments, result.Runs is null or { IsEmpty: true });
        }

        return result.AreEqual ? ExitCodes.Done : ExitCodes.Different;
    }
}
