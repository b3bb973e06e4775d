using System.CommandLine;
using System.Globalization;
using Firn.Cli.Output;
using Firn.Runs.Comparing;
using Firn.Runs.Launching;
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
        var inImage = new InImageArguments();
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
        inImage.AddTo(command);
        command.SetAction(parsed => inImage.Run(parsed, context, parsed.GetValue(analyses) ?? [], project.Given(parsed), store.Given(parsed)) ?? Run(
            context,
            new ProjectAnalysesRequest { Project = project.Given(parsed), Store = store.Given(parsed), Analyses = parsed.GetValue(analyses) ?? [] },
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, ProjectAnalysesRequest request, bool asJson)
    {
        using var signals = new SignalForwarder();
        var status = new ReadStatus(context.SystemContext).Run(
            request with { Signals = signals }, new ConsoleObserver(context.Console));
        if (asJson)
        {
            context.Console.WriteDocument(stream => status.WriteJson(stream, OptionNames.Of));
        }
        else
        {
            Write(context.Console.Output, status.Analyses);
        }

        return ExitCodes.Done;
    }

    private static void Write(TextWriter output, IReadOnlyList<AnalysisStatus> states)
    {
        var width = states.Count == 0 ? 0 : states.Max(state => state.Subject.Length + state.Name.Length + 1);
        foreach (var state in states)
        {
            var name = $"{state.Subject}/{state.Name}";
            FittedText.WriteRow(
                output, name.PadRight(width), $"{state.Word,-11}", $"{When(state),-19}", Where(state, name));
            foreach (var change in state.Changes)
            {
                FittedText.WriteWords(output, $"    changed: {OptionNames.Write(change)}", indent: 13);
            }
        }
    }

    private static string When(AnalysisStatus state) =>
        (state.Ended ?? state.Started ?? state.Built) is { } time
            ? time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : string.Empty;

    private static string Where(AnalysisStatus state, string name) => state switch
    {
        { State: AnalysisState.Running } => state.Holder!,
        { Number: { } number } =>
            $"{name}@{number}{(state.ExitCode is > 0 and var code ? $", exit code {code}" : string.Empty)}"
            + (state.EnvironmentId is { } id ? $"  {RunReport.Digits(id)}" : string.Empty),
        { Ended: not null } => $"exit code {state.ExitCode}, not kept",
        _ => string.Empty,
    };
}
