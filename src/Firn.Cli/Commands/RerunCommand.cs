using System.CommandLine;
using Firn.Captures;
using Firn.Cli.Commands.ResultsCommands;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Common.Files;
using Firn.Projects;
using Firn.Runs.Building;
using Firn.Runs.Code;
using Firn.Runs.Launching;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Runs.Reruns;
using Firn.Runs.Running;
using Firn.Storage;
using Firn.Storage.Records;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn rerun</c>: runs a run again, with its environment, its code and its inputs.</summary>
internal static class RerunCommand
{
    public static Command Create(CommandContext context)
    {
        var run = ResultsCommand.RunArgument("SUBJECT/NAME[@N]", "The run; without @N the last that succeeded");
        var project = new Option<string?>("--project")
        {
            Description = "The project's folder, with the inputs and the repository; default: the one with firn.yaml, here or above",
            HelpName = "DIR",
        };
        project.RefuseEmpty();
        var noKeep = new Option<bool>("--no-keep") { Description = "Do not add the rerun to the store" };
        var allowOutside = new Option<bool>("--allow-outside")
        {
            Description = "Let the command write where the run wrote, outside of the rerun's folder too",
        };
        var yes = new Option<bool>("--yes") { Description = "Run what a store says that is not your own, without a question" };
        var store = new StoreArguments(withProject: false, ofProject: true);
        var command = new ExampleCommand(
            "rerun",
            "Run a run again: its environment comes back from the store, its code is laid out beside the project, its inputs "
            + "must be the same. Then the outputs are compared. Exit code 3 where they differ.",
            "firn rerun backdoor/train@1 --project DIR")
        {
            run, project, noKeep, allowOutside, yes,
        };
        store.AddTo(command);
        command.SetAction(parsed => new RerunRunner(context).Run(new RerunArguments(
            parsed.GetRequiredValue(run), parsed.GetValue(project), store.Given(parsed), !parsed.GetValue(noKeep),
            parsed.GetValue(allowOutside), store.IsOfAllProjects(parsed), parsed.GetValue(yes))));
        return command;
    }
}

/// <summary>The arguments of <c>firn rerun</c>.</summary>
/// <param name="Run">The run.</param>
/// <param name="Project">The project's folder that was named.</param>
/// <param name="Store">The store that was named.</param>
/// <param name="IsKept">Whether the rerun goes into the store.</param>
/// <param name="AllowsOutside">Whether the command may write outside of the rerun's folder.</param>
/// <param name="IsOfAllProjects">Whether a run that is named without its number may be another project's.</param>
/// <param name="IsConfirmed">Whether a run of somebody else's store is run without a question.</param>
internal sealed record RerunArguments(
    string Run, string? Project, string? Store, bool IsKept, bool AllowsOutside, bool IsOfAllProjects, bool IsConfirmed);

/// <summary>Runs <c>firn rerun</c>.</summary>
internal sealed class RerunRunner(CommandContext context)
{
    public int Run(RerunArguments arguments)
    {
        RunServices.CheckSystem();
        var folder = ProjectLocator.Find(arguments.Project is { } named && !HasProject(named) ? null : arguments.Project, context.SystemContext);
        var project = folder is null ? null : ProjectReader.ReadSettings(folder);
        var projectFolder = arguments.Project is { } given
            ? Path.GetFullPath(given, context.SystemContext.CurrentDirectory)
            : folder ?? context.SystemContext.CurrentDirectory;
        projectFolder = folder ?? projectFolder;
        var settings = new RunSettings
        {
            SystemContext = context.SystemContext,
            Store = ProjectStore.Locate(arguments.Store, project, context.SystemContext),
            KeepsRuns = arguments.IsKept,
            // It came from the store: there is nothing to keep.
            IsArchived = false,
        };
        var store = Store.Open(settings.Store);
        var mark = arguments.IsOfAllProjects || folder is null ? null : ProjectIdentity.Find(folder, context.SystemContext);
        var run = Find(store, AnalysisReference.Parse(arguments.Run), mark);
        new ForeignRun(context).Confirm(store, run, arguments.IsConfirmed);
        // Before anything is restored and laid out for a command that then cannot run.
        SecretRestorer.Require(run.Execution, context.SystemContext);
        using var tools = new RunServices(settings, project is null ? null : RunServices.CacheOf(project));
        using var runFolder = TemporaryRunFolder.Make();
        var inputs = new RerunInputs(run.Execution, projectFolder, tools.Digests, StoredCode.Outputs(run, store));
        var found = inputs.Check(store, Path.Join(runFolder.Path, "inputs"), tools.Signals.Token);
        foreach (var input in found.Where(static input => input.IsReplaced))
        {
            context.Console.Error.WriteLine(TerminalText.Clean(
                $"warning: the input {input.File.Path} differs from what the run read; the rerun reads that, from the store"));
        }

        if (!arguments.AllowsOutside)
        {
            RefuseOutside(run.Execution);
        }

        var reference = $"{run.Record.Subject}/{run.Record.Name}@{run.Record.Number}";
        var place = project ?? new Project { Folder = projectFolder, Name = run.Record.Subject };
        var environments = context.Resolver(settings.Store);
        var prefix = environments.Restored(reference, place);
        var code = StoredCode.Read(run, store);
        using var layout = CodeCheckout.Make(code, projectFolder, Path.Join(runFolder.Path, "code"), inputs.Levels(), store, tools.Git);
        var mounts = RerunMounts.Make(run.Execution, layout, found, Visible(prefix));
        if (mounts is null)
        {
            RefuseToChangeProject(run.Execution, arguments);
            inputs.Link(found, layout);
        }

        return RunAgain(tools, store, run, new RerunPlan(run, prefix, layout.Project, mounts), layout, mounts, code, prefix, runFolder,
            () => [.. environments.ChangesOf(reference, place, prefix), .. inputs.ChangesOf(found)]);
    }

    /// <summary>Folders that the command needs, though they may lie in the project's.</summary>
    private List<string> Visible(string prefix)
    {
        var visible = new List<string> { prefix, Path.TrimEndingDirectorySeparator(Path.GetTempPath()), context.SystemContext.HomeDirectory };
        if (Path.GetDirectoryName(Path.GetDirectoryName(RealPath.Of(Path.Join(prefix, "bin", "python")))) is { } basePrefix)
        {
            visible.Add(basePrefix);
        }

        return visible;
    }

    /// <summary>What lies outside of the project is nowhere but where it is: a rerun would write over it.</summary>
    private static void RefuseOutside(Execution run)
    {
        var project = run.ProjectFolder ?? string.Empty;
        var outputs = run.Outputs.Select(static output => output.Path)
            .Concat(run.Problems.Where(static problem => problem is { Code: "output-left-out", Path: not null }).Select(static problem => problem.Path!));
        foreach (var output in outputs)
        {
            var path = Path.GetFullPath(Path.Join(project, output));
            var real = RealPath.Of(Path.IsPathRooted(output) ? output : path);
            if ((Path.IsPathRooted(output) || !RealPath.IsWithin(real, RealPath.Of(project))) && Path.Exists(real))
            {
                throw new FirnException(
                    $"the run writes {real}, outside of the project, and a rerun would overwrite it",
                    "move it away, or say --allow-outside");
            }
        }
    }

    private static void RefuseToChangeProject(Execution run, RerunArguments arguments)
    {
        if (!arguments.AllowsOutside && Directory.Exists(run.ProjectFolder) && RerunPlan.NamesProject(run) is { } named)
        {
            throw new FirnException(
                $"the command names the project's folder {run.ProjectFolder} ({Credentials.RemoveFromText(named)}), and this system allows no private mounts that keep a rerun from changing it",
                "run it where user namespaces are allowed, or where that folder is not there, or say --allow-outside");
        }
    }

    private int RunAgain(
        RunServices tools, Store store, RecordedRun run, RerunPlan plan, CodeCheckout layout, PrivateMounts? mounts, RunCode code,
        string prefix, TemporaryRunFolder runFolder, Func<IReadOnlyList<Problem>> changes)
    {
        MakeOutputFolders(run, layout);
        var prepared = tools.Preparer.Prepare(
            new RunTask
            {
                Project = new Project { Folder = layout.Project, Name = run.Record.Subject },
                Analysis = plan.Analysis(StoredCode.Outputs(run, store), context.SystemContext),
                Environment = new InspectionRequest { Environment = prefix },
                Folder = plan.Folder(),
                RunFolder = new RunDirectory(runFolder.Path),
                IsAdHoc = true,
                Output = new DescriptorWriter(1).Write,
                Error = new DescriptorWriter(2).Write,
                HasOneOutput = DescriptorWriter.AreOne(1, 2),
                RerunOf = run.Record.Number,
                Inputs = run.Execution.Inputs,
                KeptProject = run.Record.Project,
                Code = code,
                Mounts = mounts,
                Archive = RecordedRun.AtRun(run.Record)?.Archive,
                EnvironmentChanges = changes,
                SystemContext = plan.SystemContext(context.SystemContext),
            },
            tools.Signals.Token);
        var outcome = tools.Runner.Run(prepared, store, static _ => null);
        return Report(run, outcome, plan.Compare(outcome.Execution), runFolder);
    }

    private int Report(
        RecordedRun run, RunOutcome outcome, IReadOnlyList<ComparedOutput> outputs, TemporaryRunFolder folder)
    {
        var report = new RunReport(context.Console, string.Empty);
        report.WriteProblems(outcome);
        var output = context.Console.Output;
        var width = outputs.Count == 0 ? 0 : outputs.Max(compared => compared.Path.Length);
        foreach (var compared in outputs)
        {
            var word = compared.IsEqual ? "equal" : compared.Now is null ? "missing" : compared.Before is null ? "new" : "differs";
            Line($"{compared.Path.PadRight(width)}  {word,-8}  {Digest(compared)}");
        }

        var differ = outputs.Count(compared => !compared.IsEqual);
        var neverMade = outputs.Count(static compared => compared.Before is null && compared.Now is null);
        var hasOtherEnd = outcome.Execution.ExitCode != run.Execution.ExitCode;
        var name = $"{run.Record.Subject}/{run.Record.Name}@{run.Record.Number}";
        if (run.Capture.EnvironmentId != outcome.EnvironmentId)
        {
            Line($"The environment differs: {RunReport.Short(run.Capture.EnvironmentId)} then, {RunReport.Short(outcome.EnvironmentId)} now");
        }

        var isChanged = outcome.Execution.Problems.Any(static problem => problem.Code == "prefix-changed");
        var isFed = outcome.Execution.Problems.Any(static problem => problem.Code == "input-changed");
        if (hasOtherEnd || outcome.Execution.ExitCode != 0)
        {
            Line($"It ended with {RunReport.Ending(outcome)}, {name} {(hasOtherEnd ? $"with exit code {run.Execution.ExitCode}" : "too")}");
        }

        Line(neverMade > 0 && neverMade == differ ? $"{name} failed, and fails again: {CountText.Of(neverMade, "declared output")} missing"
            : differ > 0 ? $"{name} was not reproduced: {CountText.Of(differ, "output")} of {outputs.Count} differ"
            : hasOtherEnd ? $"{name} was not reproduced"
            : isChanged ? $"{name} was not reproduced: its environment was changed while it ran"
            : isFed ? $"{name} was not reproduced: an input was changed while it ran"
            : outputs.Count == 0 ? $"{name} ran again; it declares no outputs to compare"
            : $"{name} is reproduced: {CountText.Of(outputs.Count, "output")} equal");
        if (outcome.Stored is { } stored)
        {
            Line($"Kept as {stored.Record.Subject}/{stored.Record.Name}@{stored.Record.Number}");
        }

        output.Flush();
        if (outcome.StoreFailure is { } failure)
        {
            folder.IsKept = true;
            throw new FirnException($"the rerun could not be kept: {failure.Message}", failure.Hint);
        }

        return differ > 0 || hasOtherEnd || isChanged || isFed ? ExitCodes.Different : ExitCodes.Done;

        void Line(string text) => output.WriteLine(TerminalText.Clean(text));
    }

    private static string Digest(ComparedOutput compared)
    {
        const int shown = 12;
        var before = compared.Before?.Hex[..shown];
        var now = compared.Now?.Hex[..shown];
        return before == now ? before ?? "in both" : $"{before ?? "-"} -> {now ?? "-"}";
    }

    private bool HasProject(string folder) =>
        File.Exists(Path.Join(Path.GetFullPath(folder, context.SystemContext.CurrentDirectory), Project.FileName));

    /// <summary>A run that writes into a folder finds it, as the first time.</summary>
    private static void MakeOutputFolders(RecordedRun run, CodeCheckout layout)
    {
        foreach (var output in run.Execution.Outputs)
        {
            if (!Path.IsPathRooted(output.Path) && output.Path.LastIndexOf('/') is > 0 and var slash)
            {
                layout.Files.Make(Path.Join(layout.Within, output.Path.AsSpan(0, slash)));
            }
        }
    }

    private static RecordedRun Find(Store store, AnalysisReference reference, RunProject? project)
    {
        var runs = (reference.Number is null ? store.InProject(project) : store).Runs(reference.Subject, reference.Name);
        foreach (var run in runs.NewestFirst())
        {
            var isMeant = reference.Number is { } number
                ? run.Record.Number == number
                : run.Counts && run.Record.Status == RunStatus.Succeeded && run.Record.Kind == RunKinds.Run;
            if (!isMeant)
            {
                continue;
            }

            if (run.Counts && RecordedRun.Of(run.Record, store) is { } found)
            {
                if (reference.Number is null && found.Execution.RerunOf is not null)
                {
                    continue;
                }

                return found;
            }

            throw new FirnException(
                $"{runs.Reference}@{run.Record.Number} {(run.Counts ? "is no run of a command" : "is forgotten, or no run")}",
                "`firn run` makes runs that can be run again; `firn results list` shows what is kept");
        }

        if (reference.Number is null
            && runs.NewestFirst().FirstOrDefault(run => run.Counts && run.Record.Kind == RunKinds.Run) is { Record: var last })
        {
            throw new FirnException(
                $"no run of {runs.Reference} has succeeded", $"`firn rerun {runs.Reference}@{last.Number}` runs the last one again as it was");
        }

        throw new FirnException(
            $"the store {store.Path} has no such run of {runs.Reference}",
            $"`firn results list {runs.Reference}` lists its runs, with --all-projects those of other projects too");
    }
}

/// <summary>Before a run of a store that is not the user's own is run again: says what that is, and asks.</summary>
internal sealed class ForeignRun(CommandContext context)
{
    private const int MostVariables = 200;

    /// <exception cref="FirnException">The user does not want it, or nobody is there to be asked.</exception>
    public void Confirm(Store store, RecordedRun run, bool isConfirmed)
    {
        var record = run.Record;
        var chain = store.Analysis(record.Subject, record.Name);
        if (TrustedStores.IsOwn(store, chain.PathOf(record.Number), context.SystemContext))
        {
            return;
        }

        Show(store, run);
        if (isConfirmed)
        {
            return;
        }

        if (context.Console.Ask("Run it? [y/N] ") is not { } answer)
        {
            throw new FirnException(
                $"the store {store.Path} is not your own, and a rerun runs what somebody else may have written",
                "look at what it is, above; --yes runs it");
        }

        if (answer.Trim() is not ("y" or "Y" or "yes"))
        {
            throw new FirnException("not run", "answer y, or say --yes, to run it");
        }
    }

    private void Show(Store store, RecordedRun run)
    {
        var execution = run.Execution;
        var environment = run.Capture.Environment;
        Line($"The store {store.Path} is not your own; this would run:");
        Line($"  run          {run.Record.Subject}/{run.Record.Name}@{run.Record.Number} of {TimeText.Of(run.Record.Created)}");
        Line($"  command      {string.Join(' ', execution.Command)}");
        Line($"  in           {(Path.IsPathRooted(execution.WorkingDirectory) ? $"{execution.WorkingDirectory}, which is NOT in the rerun's folder" : execution.WorkingDirectory)}");
        var code = execution.Code;
        var from = code?.Commit is { } commit ? $", commit {commit}{(code.Remote is { } remote ? $" of {remote}" : string.Empty)}" : string.Empty;
        Line($"  code         {(run.Record.Code is null ? "from your repository and the store" : "from the store")}{from}");
        Line($"  interpreter  {environment.Implementation} {environment.PythonVersion} of the environment {RunReport.Short(run.Capture.EnvironmentId)}, from the store");
        var shown = 0;
        foreach (var (name, value) in execution.Variables)
        {
            if (value is not null && name is not RunVariables.RunDirectory && shown++ < MostVariables)
            {
                Line($"  variable     {name}={value}");
            }
        }

        if (shown > MostVariables)
        {
            Line($"  and {shown - MostVariables} more variables");
        }
    }

    private void Line(string text) => context.Console.Error.WriteLine(TerminalText.Clean(text));
}
