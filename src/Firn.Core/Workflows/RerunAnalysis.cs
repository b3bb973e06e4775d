using System.Collections.Immutable;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Projects;
using Firn.Runs.Building;
using Firn.Runs.Code;
using Firn.Runs.Launching;
using Firn.Runs.Preparing;
using Firn.Runs.Records;
using Firn.Runs.Reruns;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Workflows;

/// <summary>Which run to run again.</summary>
public sealed record RerunAnalysisRequest
{
    /// <summary>The run, <c>SUBJECT/NAME@N</c>; without <c>@N</c> the last that succeeded.</summary>
    public required string Run { get; init; }

    /// <summary>The project's folder, with the inputs and the repository; <see langword="null"/> for the one with <c>firn.yaml</c>.</summary>
    public string? Project { get; init; }

    /// <summary>The store's folder; <see langword="null"/> for <c>FIRN_STORE</c>, else the project's, else the user's own.</summary>
    public string? Store { get; init; }

    /// <summary>Whether the rerun goes into the store.</summary>
    public bool IsKept { get; init; } = true;

    /// <summary>Whether the command may write where the run wrote, outside of the rerun's folder too.</summary>
    public bool AllowsOutside { get; init; }

    /// <summary>Whether a run that is named without its number may be another project's.</summary>
    public bool IsOfAllProjects { get; init; }

    /// <summary>Whether what a store says that is not the user's own is run.</summary>
    public bool TrustsStore { get; init; }

    /// <summary>Takes this process's signals for what is done; <see langword="null"/> where the token alone ends it.</summary>
    public SignalForwarder? Signals { get; init; }

    /// <summary>
    /// In place of <see cref="TrustsStore"/>: is asked about a run of a store that is not the user's own, before anything is
    /// restored, and throws a <see cref="FirnException"/> where it is not wanted.
    /// </summary>
    public Action<ForeignRun>? Confirm { get; init; }
}

/// <summary>What would be run of a store that is not the user's own.</summary>
public sealed record ForeignRun
{
    internal ForeignRun(Store store, RecordedRun run)
    {
        Store = store.Path;
        Run = run;
    }

    /// <summary>The store's folder.</summary>
    public string Store { get; }

    /// <summary><c>SUBJECT/NAME@N</c>.</summary>
    public string Reference => KeptRun.ReferenceOf(Run.Record);

    /// <summary>When it was kept.</summary>
    public DateTimeOffset Created => Run.Record.Created;

    /// <summary>The program and its arguments.</summary>
    public ImmutableArray<string> Command => Run.Execution.Command;

    /// <summary>The folder it would run in, relative to the project's in the rerun's folder; an absolute one is where it says.</summary>
    public string WorkingDirectory => Run.Execution.WorkingDirectory;

    /// <summary>Whether the code comes from the store, and not from the user's repository.</summary>
    public bool HasStoredCode => Run.Record.Code is not null;

    /// <summary>The commit of the code; <see langword="null"/> where it had none.</summary>
    public string? Commit => Run.Execution.Code?.Commit;

    /// <summary>The URL of the code's remote, without credentials; <see langword="null"/> where it had none.</summary>
    public string? Remote => Run.Execution.Code?.Remote;

    /// <summary>The environment, which comes from the store.</summary>
    public Capture Environment => Run.Capture;

    /// <summary>The variables that it would have set, by their names.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables => Run.Execution.Variables
        .Where(static variable => variable.Value is not null && variable.Key != RunVariables.RunDirectory)
        .Select(static variable => KeyValuePair.Create(variable.Key, variable.Value!));

    internal RecordedRun Run { get; }
}

/// <summary>What came of running a run again.</summary>
public sealed record RerunAnalysisResult
{
    internal RerunAnalysisResult(RecordedRun original, RunResult run)
    {
        Original = original;
        Run = run;
    }

    /// <summary>The run that was run again, <c>SUBJECT/NAME@N</c>.</summary>
    public string OriginalReference => KeptRun.ReferenceOf(Original.Record);

    /// <summary>The environment that it ran in.</summary>
    public string OriginalEnvironmentId => Original.Capture.EnvironmentId;

    /// <summary>The exit code that its command ended with.</summary>
    public int OriginalExitCode => Original.Execution.ExitCode;

    /// <summary>The new run.</summary>
    public RunResult Run { get; }

    /// <summary>The outputs of both, by path.</summary>
    public required IReadOnlyList<ComparedOutput> Outputs { get; init; }

    /// <summary>Whether the command ended with another exit code.</summary>
    public bool HasOtherExitCode => Run.Outcome.Execution.ExitCode != Original.Execution.ExitCode;

    /// <summary>Whether the environment was changed while the command ran.</summary>
    public bool IsEnvironmentChanged => Run.Problems.Any(static problem => problem.Code == "prefix-changed");

    /// <summary>Whether an input was changed while the command ran.</summary>
    public bool IsInputChanged => Run.Problems.Any(static problem => problem.Code == "input-changed");

    /// <summary>Whether outputs and exit code are the same, and nothing was changed on the way.</summary>
    public bool IsReproduced =>
        Outputs.All(static output => output.IsEqual) && !HasOtherExitCode && !IsEnvironmentChanged && !IsInputChanged;

    /// <summary>The run that was run again.</summary>
    internal RecordedRun Original { get; }
}

/// <summary>Runs a run again, with its environment from the store, its code beside the project, and its inputs, and compares.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class RerunAnalysis(SystemContext systemContext)
{
    /// <summary>Runs it again.</summary>
    /// <param name="request">Which run.</param>
    /// <param name="streams">Where its output goes.</param>
    /// <param name="observer">Is told what differs and what is restored.</param>
    /// <param name="cancellation">Asks the command to end, as SIGTERM would.</param>
    /// <exception cref="FirnException">There is no such run, or something that it needs is not there.</exception>
    public RerunAnalysisResult Run(
        RerunAnalysisRequest request, RunStreams streams, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        RunServices.CheckSystem();
        var folder = ProjectLocator.Find(request.Project is { } named && !HasProject(named) ? null : request.Project, systemContext);
        var project = folder is null ? null : ProjectReader.ReadSettings(folder);
        var projectFolder = folder
            ?? (request.Project is { } given ? Path.GetFullPath(given, systemContext.CurrentDirectory) : systemContext.CurrentDirectory);
        var settings = new RunSettings
        {
            SystemContext = systemContext,
            Store = ProjectStore.Locate(request.Store, project, systemContext),
            KeepsRuns = request.IsKept,
            // It came from the store: there is nothing to keep.
            IsArchived = false,
        };
        var store = Store.Open(settings.Store);
        var run = Find(
            store,
            AnalysisReference.Parse(request.Run),
            request.IsOfAllProjects || folder is null ? null : ProjectIdentity.Find(folder, systemContext));
        RequireTrust(request, store, run);
        // Before anything is restored and laid out for a command that then cannot run.
        SecretRestorer.Require(run.Execution, systemContext);
        using var services = new RunServices(settings, project is null ? null : RunServices.CacheOf(project), request.Signals, cancellation);
        using var runFolder = TemporaryRunFolder.Make();
        var inputs = new RerunInputs(run.Execution, projectFolder, services.Digests, StoredCode.Outputs(run, store));
        var found = inputs.Check(store, Path.Join(runFolder.Path, "inputs"), services.Signals.Token);
        foreach (var input in found.Where(static input => input.IsReplaced))
        {
            observer?.Tell(new WorkNotice.Warning(
                $"the input {input.File.Path} differs from what the run read; the rerun reads that, from the store"));
        }

        if (!request.AllowsOutside)
        {
            RefuseOutside(run.Execution);
        }

        var reference = $"{run.Record.Subject}/{run.Record.Name}@{run.Record.Number}";
        var place = project ?? new Project { Folder = projectFolder, Name = run.Record.Subject };
        var resolver = services.Resolver(LockedUse.Make, observer);
        var prefix = resolver.Restored(reference, place);
        var code = StoredCode.Read(run, store);
        using var layout = CodeCheckout.Make(code, projectFolder, Path.Join(runFolder.Path, "code"), inputs.Levels(), store, services.Git);
        var mounts = RerunMounts.Make(run.Execution, layout, found, Visible(prefix));
        if (mounts is null)
        {
            RefuseToChangeProject(run.Execution, request);
            inputs.Link(found, layout);
        }

        MakeOutputFolders(run, layout);
        var plan = new RerunPlan(run, prefix, layout.Project, mounts);
        var task = TaskOf(plan, run, layout, store, prefix, new RunDirectory(runFolder.Path)) with
        {
            Output = streams.Output,
            Error = streams.Error,
            HasOneOutput = streams.AreOne,
            Code = code,
            Mounts = mounts,
            EnvironmentChanges = () => [.. resolver.ChangesOf(reference, place, prefix), .. inputs.ChangesOf(found)],
        };
        var outcome = services.Runner.Run(services.Preparer.Prepare(task, services.Signals.Token), store, static _ => null);
        runFolder.IsKept = outcome.StoreFailure is not null;
        return new RerunAnalysisResult(
            run, new RunResult(outcome, settings.Store) { KeptFolder = runFolder.IsKept ? runFolder.Path : null })
        {
            Outputs = plan.Compare(outcome.Execution),
        };
    }

    private RunTask TaskOf(
        RerunPlan plan, RecordedRun run, CodeCheckout layout, Store store, string prefix, RunDirectory runFolder) => new()
        {
            Project = new Project { Folder = layout.Project, Name = run.Record.Subject },
            Analysis = plan.Analysis(StoredCode.Outputs(run, store), systemContext),
            Environment = new InspectionRequest { Environment = prefix },
            Folder = plan.Folder(),
            RunFolder = runFolder,
            IsAdHoc = true,
            Output = RunStreams.None.Output,
            Error = RunStreams.None.Error,
            RerunOf = run.Record.Number,
            Inputs = run.Execution.Inputs,
            KeptProject = run.Record.Project,
            Archive = run.Record.RanIn?.Archive,
            SystemContext = plan.SystemContext(systemContext),
        };

    /// <summary>Whether a run comes from a store that is not the user's own: somebody else may have written what it runs.</summary>
    internal bool IsForeign(Store store, RecordedRun run) =>
        !TrustedStores.IsOwn(store, store.Analysis(run.Record.Subject, run.Record.Name).PathOf(run.Record.Number), systemContext);

    private void RequireTrust(RerunAnalysisRequest request, Store store, RecordedRun run)
    {
        if (!IsForeign(store, run))
        {
            return;
        }

        if (request.Confirm is { } confirm)
        {
            confirm(new ForeignRun(store, run));
        }
        else if (!request.TrustsStore)
        {
            throw new FirnException(
                $"the store {store.Path} is not your own, and a rerun runs what somebody else may have written",
                "look at what it is, and say that the store is trusted");
        }
    }

    /// <summary>Folders that the command needs, though they may lie in the project's.</summary>
    private List<string> Visible(string prefix)
    {
        var visible = new List<string> { prefix, Path.TrimEndingDirectorySeparator(Path.GetTempPath()), systemContext.HomeDirectory };
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
                    $"move it away, or say {RequestSetting.AllowsOutside}");
            }
        }
    }

    private static void RefuseToChangeProject(Execution run, RerunAnalysisRequest request)
    {
        if (!request.AllowsOutside && Directory.Exists(run.ProjectFolder) && RerunPlan.NamesProject(run) is { } named)
        {
            throw new FirnException(
                $"the command names the project's folder {run.ProjectFolder} ({Credentials.RemoveFromText(named)}), and this system allows no private mounts that keep a rerun from changing it",
                $"run it where user namespaces are allowed, or where that folder is not there, or say {RequestSetting.AllowsOutside}");
        }
    }

    private bool HasProject(string folder) =>
        File.Exists(Path.Join(Path.GetFullPath(folder, systemContext.CurrentDirectory), Project.FileName));

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

    /// <summary>The run of the number, else the last that succeeded and was no rerun.</summary>
    private static RecordedRun Find(Store store, AnalysisReference reference, RunProject? project)
    {
        var runs = store.InProject(project).Runs(reference.Subject, reference.Name);
        if (reference.Number is { } number)
        {
            return OfCommand(runs.Get(number));
        }

        RunRecord? last = null;
        foreach (var run in runs.NewestFirst().Where(static run => run.Counts && run.Record.Kind == RunKinds.Run))
        {
            last ??= run.Record;
            if (run.Record.Status == RunStatus.Succeeded && OfCommand(run) is { Execution.RerunOf: null } found)
            {
                return found;
            }
        }

        return last is null ? OfCommand(runs.Get(null)) : throw new FirnException(
            $"no run of {runs.Reference} has succeeded", $"`firn rerun {runs.Reference}@{last.Number}` runs the last one again as it was");

        RecordedRun OfCommand(StoredRun run) => RecordedRun.Of(run.Record, store) ?? throw new FirnException(
            $"{runs.Reference}@{run.Record.Number} is not a run of a command",
            "`firn run` makes runs that can be run again; `firn results list` shows what is kept");
    }
}
