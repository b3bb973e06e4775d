using System.CommandLine;
using Firn.Captures.Documents;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Projects;
using Firn.Python.Environments;
using Firn.Runs.Building;
using Firn.Runs.Comparing;
using Firn.Runs.Preparing;
using Firn.Runs.Running;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn build</c>: writes the environment and the configuration of analyses into their run directories.</summary>
internal static class BuildCommand
{
    public static Command Create(CommandContext context)
    {
        var analyses = new Argument<string[]>("SUBJECT/NAME")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Analyses of the project; without any, all",
        };
        var dryRun = new Option<bool>("--dry-run", "--dryrun") { Description = "Say what would be written; capture nothing and write nothing" };
        var project = new ProjectArguments();
        var store = new StoreArguments(withProject: false);
        var command = new ExampleCommand(
            "build",
            "Make the run directories of analyses: the environment as it is now, and the resolved configuration. "
            + "`firn run` does it where it is not done; built again, an analysis accepts the environment as it is.",
            "firn build --project DIR")
        {
            analyses, dryRun,
        };
        project.AddTo(command);
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context, project.Require(parsed, context), store.Given(parsed), parsed.GetValue(analyses) ?? [], parsed.GetValue(dryRun)));
        return command;
    }

    private static int Run(CommandContext context, Project project, string? storeOption, string[] named, bool isDryRun)
    {
        var selected = named.Length == 0 ? AnalysisOrder.Of(project, []) : [.. named.Select(name => ProjectReader.Find(project, name))];
        if (isDryRun)
        {
            foreach (var analysis in selected)
            {
                WritePlan(context, project, analysis, ProjectStore.Locate(storeOption, project, context.SystemContext with { HomeProblem = null }));
            }

            return ExitCodes.Done;
        }

        var path = ProjectStore.Locate(storeOption, project, context.SystemContext);
        var settings = new RunSettings
        {
            SystemContext = context.SystemContext,
            Store = path,
            IsArchived = project.IsArchived,
            WithInterpreter = project.ArchivesInterpreter,
        };
        using var tools = new RunServices(settings, null);
        var store = tools.OpenStore();
        var environments = context.Resolver(path);
        foreach (var analysis in selected)
        {
            var task = ProjectTask.Of(project, analysis, environments);
            task.RunFolder.Make();
            using var right = task.RunFolder.Lock(analysis.Reference);
            var before = task.RunFolder.ReadCapture();
            var capture = tools.Preparer.Inspect(task).Capture;
            var found = tools.Runner.Look(task, capture, store, progress => ArchiveProgressLine.OfMany(context.Console, progress));
            var files = AnalysisBuilder.Build(task.RunFolder, project, analysis, capture, found.Built());
            Line($"Built {analysis.Reference}: {RunReport.Short(capture.EnvironmentId)} of {capture.Environment.Prefix}");
            IEnumerable<string> changes = before is null ? [] : EnvironmentChanges.Of(before.Capture, capture);
            if (before?.Files is { } then)
            {
                changes = changes.Concat(EnvironmentFileChanges.SinceBuild(then, found, project.Folder, settings, store, tools.Signals.Token));
            }

            foreach (var change in changes)
            {
                Line($"  changed: {change}");
            }

            FittedText.WriteWords(
                context.Console.Output,
                $"  {Path.GetRelativePath(context.SystemContext.CurrentDirectory, task.RunFolder.Path)}: {string.Join(", ", files)}", indent: 4);
            ProblemWriter.Write(context.Console.Error, capture.Problems);
        }

        return ExitCodes.Done;

        void Line(string text) => context.Console.Output.WriteLine(TerminalText.Clean(text));
    }

    /// <summary>What a build would do, without a look at the environment but for where it is.</summary>
    private static void WritePlan(CommandContext context, Project project, AnalysisDefinition analysis, string store)
    {
        var folder = RunDirectory.Of(project, analysis);
        var output = context.Console.Output;
        Line($"Would build {analysis.Reference}{(folder.BuiltAt() is { } built ? $", built {TimeText.Of(built)} before" : string.Empty)}");
        Line($"  environment  {Environment(context, project, analysis, store)}");
        Line($"  command      {analysis.CommandText}");
        Line($"  files        {Path.GetRelativePath(context.SystemContext.CurrentDirectory, folder.Path)}: {Firn.Runs.Records.RunFileNames.Configuration}, {CaptureFileNames.Pip}, {CaptureFileNames.System}, {Capture.FileName}; of conda also {CaptureFileNames.Conda}, {CaptureFileNames.CondaExplicit}");

        void Line(string text) => FittedText.WriteWords(output, text, indent: 15);
    }

    private static string Environment(CommandContext context, Project project, AnalysisDefinition analysis, string store)
    {
        if (analysis.Environment is { Kind: EnvironmentChoiceKind.Capture } capture)
        {
            return $"restored from {capture.Value}";
        }

        if (analysis.Environment is { Kind: EnvironmentChoiceKind.Locks } locks)
        {
            return $"{locks.Value}, made from {string.Join(", ", locks.Files)}";
        }

        var request = context.Resolver(store).Request(analysis.Environment, project);
        request.MustBeThere();
        var located = EnvironmentLocator.Locate(
            request.Environment, request.CondaName, context.SystemContext with { CurrentDirectory = project.Folder });
        return $"{located.Prefix} ({located.Reason})";
    }
}
