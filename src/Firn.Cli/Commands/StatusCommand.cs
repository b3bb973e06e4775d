using System.CommandLine;
using System.Globalization;
using System.Text;
using Firn.Cli.Output;
using Firn.Projects;
using Firn.Runs.Comparing;
using Firn.Runs.Preparing;
using Firn.Storage;
using Firn.Storage.Layout;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn status</c>: where the analyses of a project stand.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandContext context)
    {
        var analyses = new Argument<string[]>("SUBJECT/NAME")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Analyses of the project; without any, all",
        };
        var json = new Option<bool>("--json") { Description = "Print the states as a document" };
        var project = new ProjectArguments();
        var store = new StoreArguments(withProject: false);
        var command = new ExampleCommand(
            "status",
            "Show where the analyses of a project stand: never built, built, running, done, stale (and what has changed "
            + "since), failed, interrupted. Nothing is written.",
            "firn status --project DIR")
        {
            analyses, json,
        };
        project.AddTo(command);
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context, project.Require(parsed, context), store.Given(parsed), parsed.GetValue(analyses) ?? [], parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, Project project, string? storeOption, string[] named, bool asJson)
    {
        var path = ProjectStore.Locate(storeOption, project, context.SystemContext);
        var settings = new RunSettings
        {
            SystemContext = context.SystemContext,
            Store = path,
            WithInterpreter = project.ArchivesInterpreter,
        };
        using var tools = new RunServices(settings, RunServices.CacheOf(project));
        var store = File.Exists(Path.Join(path, StoreLayout.Description)) ? Store.Open(path) : null;
        var reader = new StatusReader(settings, tools.Preparer, new RunComparer(tools.Digests, new SecretsDigest(mayMake: false)), store);
        var environments = context.Resolver(path, LockedUse.AsItIs);
        var selected = named.Length == 0 ? project.Analyses : [.. named.Select(name => ProjectReader.Find(project, name))];
        var states = selected.Select(analysis =>
            reader.Read(ProjectTask.Of(project, analysis, environments), tools.Signals.Token)).ToList();
        if (asJson)
        {
            context.Console.Output.Write(Encoding.UTF8.GetString(StatusDocument.Write(project, states)));
        }
        else
        {
            Write(context.Console.Output, states);
        }

        return ExitCodes.Done;
    }

    private static void Write(TextWriter output, List<AnalysisStatus> states)
    {
        var width = states.Count == 0 ? 0 : states.Max(state => state.Subject.Length + state.Name.Length + 1);
        foreach (var state in states)
        {
            var name = $"{state.Subject}/{state.Name}";
            FittedText.WriteRow(
                output, name.PadRight(width), $"{AnalysisStatus.Word(state.State),-11}", $"{When(state),-19}", Where(state, name));
            foreach (var change in state.Changes)
            {
                FittedText.WriteWords(output, $"    changed: {change}", indent: 13);
            }
        }
    }

    private static string When(AnalysisStatus state) =>
        (state.Run?.Ended ?? state.Run?.Started ?? state.Built) is { } time
            ? time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : string.Empty;

    private static string Where(AnalysisStatus state, string name) => state switch
    {
        { State: AnalysisState.Running } => state.Holder!,
        { Run: { Number: { } number } run } =>
            $"{name}@{number}{(run.ExitCode is > 0 and var code ? $", exit code {code}" : string.Empty)}"
            + (state.EnvironmentId is { } id ? $"  {RunReport.Digits(id)}" : string.Empty),
        { Run: { Ended: not null } run } => $"exit code {run.ExitCode}, not kept",
        _ => string.Empty,
    };
}
