using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows;

namespace Firn.Cli.Commands.ResultsCommands;

/// <summary><c>firn results fetch</c>: hands files out of the store, verified.</summary>
internal static class ResultsFetchCommand
{
    public static Command Create(CommandContext context)
    {
        var run = ResultsCommand.RunArgument(
            "SUBJECT/NAME[@N]", "The run; without @N each file comes from the last successful run that has it");
        var names = new Argument<string[]>("NAME")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Files or folders of the run; without any, all",
        };
        var place = new Option<string?>("--output", "-o")
        {
            Description = "A folder, or for a single file its new path; default: here",
            HelpName = "PATH",
        };
        place.RefuseEmpty();
        var hash = new Option<string?>("--hash")
        {
            Description = "Fail unless the file has this digest: a SHA-256, or an MD5 as asimov has it",
            HelpName = "DIGEST",
        };
        hash.RefuseEmpty();
        var force = new Option<bool>("--force") { Description = "Replace files that are there" };
        var store = new StoreArguments(ofProject: true);
        var command = new ExampleCommand(
            "fetch",
            "Copy files of a run out of the store. Each is verified before it gets its name; exit code 3 where one is "
            + "damaged or not what --hash says.",
            "firn results fetch GW150914/Prod0 posterior.hdf5 -o results")
        {
            run, names, place, hash, force,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(context, store.Selection(parsed), new FetchResultsRequest
        {
            Run = parsed.GetRequiredValue(run),
            Names = parsed.GetValue(names) ?? [],
            Target = parsed.GetValue(place),
            Hash = parsed.GetValue(hash),
            Overwrites = parsed.GetValue(force),
        }));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, FetchResultsRequest request)
    {
        foreach (var fetched in new StoredResults(context.SystemContext, store).Fetch(request, new ConsoleObserver(context.Console)))
        {
            context.Console.Output.WriteLine(TerminalText.Clean(
                $"{fetched.File.Name} ({SizeText.Of(fetched.File.Size)}) of {fetched.Run} -> {fetched.Path}"));
        }

        return ExitCodes.Done;
    }
}
