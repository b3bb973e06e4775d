using System.CommandLine;
using System.Text;
using Firn.Archives;
using Firn.Captures.Differences;
using Firn.Captures.Documents;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Projects;
using Firn.Runs.Comparing;
using Firn.Runs.Records;
using Firn.Storage;
using Firn.Storage.Records;

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
            context, parsed.GetRequiredValue(first), parsed.GetRequiredValue(second), store.PathIfAny(parsed, context),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, string first, string second, string store, bool asJson)
    {
        var (firstRun, secondRun) = (RunOf(first, store, context.SystemContext), RunOf(second, store, context.SystemContext));
        if (firstRun is not null && secondRun is not null)
        {
            return Compare(context, firstRun, secondRun, Store.Open(store), asJson);
        }

        var before = Load(context, first, store);
        var after = Load(context, second, store);
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

    private static Capture Load(CommandContext context, string text, string store) =>
        ArchiveReference.Load(text, store, context.SystemContext, ProjectIdentity.Find(null, context.SystemContext));

    private static int Compare(CommandContext context, RecordedRun first, RecordedRun second, Store store, bool asJson)
    {
        var environments = CaptureComparer.Compare(first.Capture, second.Capture);
        var runs = RunDifferences.Of(first, second).AddRange(ArchiveDifferences.Of(
            ArchiveDifferences.ArchiveOf(first.Record), ArchiveDifferences.ArchiveOf(second.Record), store));
        if (asJson)
        {
            context.Console.Output.Write(Encoding.UTF8.GetString(RunDifferencesWriter.Write(environments, runs)));
        }
        else
        {
            new RunDifferenceTable(context.Console.Output).Write(runs);
            new DifferenceTable(context.Console.Output).Write(environments, runs.IsEmpty);
        }

        return environments.AreEqual && runs.IsEmpty ? ExitCodes.Done : ExitCodes.Different;
    }

    /// <summary>The run of a command that a text names, without a number the last; <see langword="null"/> where it names something else.</summary>
    private static RecordedRun? RunOf(string text, string store, SystemContext systemContext)
    {
        if (!ArchiveReference.NamesRun(text, store, systemContext))
        {
            return null;
        }

        var opened = Store.Open(store).InProject(ProjectIdentity.Find(null, systemContext));
        var reference = AnalysisReference.Parse(text);
        var runs = opened.Runs(reference.Subject, reference.Name);
        var run = reference.Number is { } number ? runs.Find(number) : runs.NewestFirst().FirstOrDefault(static run => run.Counts);
        return run is { Counts: true } ? RecordedRun.Of(run.Record, opened) : null;
    }
}
