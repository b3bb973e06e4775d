using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;
using Firn.Storage.Results;
using Firn.Workflows;

namespace Firn.Cli.Commands.ResultsCommands;

/// <summary><c>firn results fetch</c>: hands files out of the store, verified.</summary>
internal sealed class ResultsFetchCommand(CommandContext context)
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
        command.SetAction(parsed => new ResultsFetchCommand(context).Run(
            store.Open(parsed, context),
            AnalysisReference.Parse(parsed.GetRequiredValue(run)),
            parsed.GetValue(names) ?? [],
            parsed.GetValue(place),
            parsed.GetValue(hash) is { } text ? ExpectedHash.Parse(text) : null,
            parsed.GetValue(force)));
        return command;
    }

    private int Run(
        Store store, AnalysisReference reference, string[] names, string? place, ExpectedHash? hash, bool overwrites)
    {
        var runs = store.Runs(reference.Subject, reference.Name);
        var files = StoredResults.Find(store, reference, names);
        if (hash is not null && files.Count > 1)
        {
            throw new FirnException("--hash is one file's, and several are named", "fetch the file alone", FailureKind.InvalidRequest);
        }

        var targets = Targets(files, names, place);
        using var progress = new ProgressLine(context.Console, TimeProvider.System, "Fetching", files.Count, files.Sum(file => file.Resource.Size));
        StoredResults.Fetch(
            store, files, targets, hash, overwrites, (done, bytes) => progress.Update(done, bytes, 0), CancellationToken.None);
        progress.Dispose();
        WriteFetched(runs, files, targets);
        return ExitCodes.Done;
    }

    /// <summary>As <c>cp</c> has it: a single file may get a new path, unless a folder is there.</summary>
    private List<string> Targets(IReadOnlyList<FoundResource> files, string[] names, string? place)
    {
        var folder = Path.GetFullPath(place ?? ".", context.SystemContext.CurrentDirectory);
        var isFile = place is not null && names.Length == 1 && files.Count == 1 && files[0].Resource.Name == names[0]
            && !Path.EndsInDirectorySeparator(place) && !Directory.Exists(folder);
        return isFile ? [folder] : [.. files.Select(file => ResultFetcher.TargetIn(folder, file))];
    }

    private void WriteFetched(AnalysisRuns runs, IReadOnlyList<FoundResource> files, List<string> targets)
    {
        for (var i = 0; i < files.Count; i++)
        {
            var file = files[i];
            context.Console.Output.WriteLine(TerminalText.Clean(
                $"{file.Resource.Name} ({SizeText.Of(file.Resource.Size)}) of {runs.Reference}@{file.Number} -> {targets[i]}"));
        }
    }
}
