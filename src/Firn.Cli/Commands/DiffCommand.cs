using System.CommandLine;
using System.Text;
using Firn.Captures.Archives.Locating;
using Firn.Captures.Differences;
using Firn.Captures.Json;
using Firn.Cli.Output;
using Firn.Common;

namespace Firn.Cli.Commands;

/// <summary><c>firn diff A B</c>: what differs between two captures or environments.</summary>
internal static class DiffCommand
{
    public static Command Create(CommandContext context)
    {
        var first = new Argument<string>("A") { Description = "A capture (its folder or environment.json, an environment id, SUBJECT/NAME@N in the store) or an environment" };
        var second = new Argument<string>("B") { Description = "What to compare it with" };
        first.RefuseOptions();
        second.RefuseOptions();
        var json = new Option<bool>("--json") { Description = "Print the differences as a document" };
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "diff",
            "Compare two captures or environments: packages added, removed and changed, the same version with other "
            + "contents, conda packages, native libraries, variables, host. Contents are compared as recorded, no file "
            + "is read. Exit code 3 where anything differs.",
            "firn diff capture .venv")
        {
            first, second, json,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context, parsed.GetRequiredValue(first), parsed.GetRequiredValue(second), store.Path(parsed, context),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, string first, string second, string store, bool asJson)
    {
        var before = ArchiveReference.Load(first, store, context.Surroundings);
        var after = ArchiveReference.Load(second, store, context.Surroundings);
        var differences = CaptureComparer.Compare(before, after);
        if (asJson)
        {
            context.Console.Output.Write(Encoding.UTF8.GetString(DifferencesWriter.Write(differences)));
        }
        else
        {
            new DifferenceTable(context.Console.Output).Write(differences);
        }

        return differences.AreEqual ? ExitCodes.Done : ExitCodes.Different;
    }
}
