using System.CommandLine;
using System.Text;
using Firn.Analyses.Running;
using Firn.Captures.Archives.Locating;
using Firn.Captures.Differences;
using Firn.Captures.Json;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Records;

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
            + "is read. Of two runs also command, code, variables, inputs and outputs. Exit code 3 where anything differs.",
            "firn diff capture .venv")
        {
            first, second, json,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context, parsed.GetRequiredValue(first), parsed.GetRequiredValue(second), store.PathIfAny(parsed, context),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, string first, string second, string store, bool asJson)
    {
        var (firstRun, secondRun) = (RunOf(first, store), RunOf(second, store));
        if (firstRun is not null && secondRun is not null)
        {
            return Compare(context, firstRun, secondRun, Store.Open(store), asJson);
        }

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

    private static int Compare(CommandContext context, LastRun first, LastRun second, Store store, bool asJson)
    {
        var environments = CaptureComparer.Compare(first.Capture, second.Capture);
        var runs = RunDifferences.Of(first, second).AddRange(ArchiveChanges.Of(
            ArchiveChanges.ArchiveOf(first.Record), ArchiveChanges.ArchiveOf(second.Record), store));
        if (asJson)
        {
            context.Console.Output.Write(Encoding.UTF8.GetString(RunDifferencesWriter.Write(environments, runs)));
        }
        else
        {
            new RunDifferenceTable(context.Console.Output).Write(runs);
            new DifferenceTable(context.Console.Output).Write(environments);
        }

        return environments.AreEqual && runs.IsEmpty ? ExitCodes.Done : ExitCodes.Different;
    }

    /// <summary>The run of a command that a text names by its number; <see langword="null"/> where it names something else.</summary>
    private static LastRun? RunOf(string text, string store)
    {
        if (!text.Contains('@', StringComparison.Ordinal) || text.Split('/') is not [{ Length: > 0 }, { Length: > 0 }]
            || !File.Exists(Path.Join(store, StoreLayout.Description)))
        {
            return null;
        }

        var reference = AnalysisReference.Parse(text);
        var opened = Store.Open(store);
        return reference.Number is { } number && opened.Runs(reference.Subject, reference.Name).Find(number) is { Counts: true } run
            ? LastRun.Of(run.Record, opened)
            : null;
    }
}
