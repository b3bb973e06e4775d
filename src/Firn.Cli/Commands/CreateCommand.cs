using System.CommandLine;
using Firn.Cli.Output;
using Firn.Cli.Solving;
using Firn.Common;
using Firn.Common.Native;
using Firn.Creation;
using Firn.Creation.Inputs;
using Firn.Creation.Packages;
using Firn.Creation.Planning;
using Firn.Fetching;
using Firn.Python.Environments;
using Firn.Restore.Unpacking;
using Firn.Storage;

namespace Firn.Cli.Commands;

/// <summary><c>firn create</c>: an environment from locks and specs.</summary>
internal static class CreateCommand
{
    public const string Name = "create";

    public static Command Create(CommandContext context)
    {
        var files = new Option<string[]>("--file", "-f")
        {
            Description = "A lock or spec: an explicit file, conda-lock.yml, environment.yml, requirements.txt, pylock.toml, or a "
                + "capture. May be given several times: conda packages first, then Python's",
            HelpName = "FILE",
        };
        files.RefuseEmpty();
        var prefix = new Option<string?>("--to")
        {
            Description = "The new prefix: a folder that is empty or does not exist",
            HelpName = "PREFIX",
        };
        prefix.RefuseEmpty();
        var name = new Option<string?>("--name", "-n") { Description = "In place of --to: the name of a new conda environment", HelpName = "NAME" };
        name.RefuseEmpty();
        var python = new Option<string?>("--python")
        {
            Description = "The Python under a virtual environment: a version such as 3.11, or an executable",
            HelpName = "VERSION|EXE",
        };
        python.RefuseEmpty();
        var categories = new Option<string[]>("--category") { Description = "A category of conda-lock.yml beside main", HelpName = "NAME" };
        var extras = new Option<string[]>("--extra") { Description = "An extra of pylock.toml", HelpName = "NAME" };
        var groups = new Option<string[]>("--group") { Description = "A dependency group of pylock.toml, in place of the default ones", HelpName = "NAME" };
        var offline = new Option<bool>("--offline") { Description = "Use the store and local files alone" };
        var link = new Option<bool>("--link") { Description = "Make hard links to a cache of unpacked bundles instead of copies" };
        var compile = new Option<bool>("--compile") { Description = "Make the bytecode of all modules at once" };
        var update = new Option<bool>("--update") { Description = "Replace the environment that is at PREFIX, in one step, when the new one is whole" };
        var withoutPip = new Option<bool>("--without-pip") { Description = "Leave pip out of a virtual environment whose files do not name it" };
        var scripts = new Option<LinkScriptsChoice>("--link-scripts")
        {
            Description = "Scripts that conda packages want run: report (not run, exit code 4), skip, run",
            HelpName = "report|skip|run",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be installed, and write nothing" };
        var json = new Option<bool>("--json") { Description = "Print what was done as a document" };
        var index = new IndexOptionsOfCommand();
        var store = new StoreArguments();
        var command = new ExampleCommand(
            Name,
            "Make an environment from locks and specs, without conda, pip or a solver where everything is pinned. What is not "
            + "pinned is solved first by the solver that is there. It is made beside PREFIX and renamed when it is whole, then "
            + "captured and archived, but for the Python below a virtual environment.",
            "firn create -f environment-locked.yml -f requirements.txt --to .venv")
        {
            files, prefix, name, python, categories, extras, groups, offline, link, compile, update, withoutPip, scripts, dryRun, json,
        };
        index.AddTo(command);
        store.AddTo(command);
        command.SetAction(parsed => new CreateRunner(context).Run(new CreateArguments
        {
            Files = parsed.GetValue(files) ?? [],
            Prefix = parsed.GetValue(prefix),
            Name = parsed.GetValue(name),
            Store = store.Path(parsed, context),
            Python = parsed.GetValue(python),
            Index = index.Of(parsed),
            Categories = parsed.GetValue(categories) ?? [],
            Extras = parsed.GetValue(extras) ?? [],
            Groups = parsed.GetValue(groups) ?? [],
            IsOffline = parsed.GetValue(offline),
            Links = parsed.GetValue(link),
            Compiles = parsed.GetValue(compile),
            Updates = parsed.GetValue(update),
            WithoutPip = parsed.GetValue(withoutPip),
            LinkScripts = parsed.GetValue(scripts),
            IsDryRun = parsed.GetValue(dryRun),
            AsJson = parsed.GetValue(json),
        }));
        return command;
    }
}

/// <summary>The arguments of <c>firn create</c>.</summary>
internal sealed record CreateArguments
{
    /// <summary>The locks and specs, as the user names them.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Where to; <see langword="null"/> where <see cref="Name"/> says so.</summary>
    public string? Prefix { get; init; }

    /// <summary>The name of a conda environment.</summary>
    public string? Name { get; init; }

    /// <summary>The store's folder, absolute.</summary>
    public required string Store { get; init; }

    /// <summary>A version or an executable.</summary>
    public string? Python { get; init; }

    public required IndexArguments Index { get; init; }

    /// <summary>Categories of a conda-lock file, beside <c>main</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Extras of a <c>pylock.toml</c>.</summary>
    public IReadOnlyList<string> Extras { get; init; } = [];

    /// <summary>Dependency groups of a <c>pylock.toml</c>, in place of its default ones.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    public bool IsOffline { get; init; }

    public bool Links { get; init; }

    public bool Compiles { get; init; }

    public bool Updates { get; init; }

    /// <summary>Whether a virtual environment gets no pip of its own.</summary>
    public bool WithoutPip { get; init; }

    /// <summary>What is done with link scripts of conda packages.</summary>
    public LinkScriptsChoice LinkScripts { get; init; }

    public bool IsDryRun { get; init; }

    public bool AsJson { get; init; }
}

/// <summary>What is done with the link scripts of conda packages.</summary>
internal enum LinkScriptsChoice
{
    /// <summary>They are not run, and the exit code says that the environment is only partly done.</summary>
    Report,

    /// <summary>They are not run, which is what the user wants.</summary>
    Skip,

    /// <summary>They are run in the new prefix.</summary>
    Run,
}

/// <summary>Runs <c>firn create</c>: reads the files, plans, creates, and says what was done.</summary>
internal sealed class CreateRunner(CommandContext context)
{
    private const int ShowEvery = 100;

    public int Run(CreateArguments arguments)
    {
        Check(arguments);
        NativeHeap.GiveBackLargeBlocks();
        using var signals = new CancellationBySignal();
        try
        {
            return Run(arguments, signals.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new FirnException(
                "cancelled: nothing is left at the prefix", "the same command makes it, and what was downloaded is not downloaded again",
                FailureKind.Cancelled, exception);
        }
    }

    private int Run(CreateArguments arguments, CancellationToken cancellation)
    {
        var systemContext = context.SystemContext;
        var specification = new SpecificationReader(systemContext, new SpecificationOptions { Categories = arguments.Categories, Store = arguments.Store })
            .Read(arguments.Files);
        var prefix = PrefixOf(arguments, specification);
        var store = arguments.IsDryRun
            ? Directory.Exists(arguments.Store) ? Store.Open(arguments.Store) : null
            : TrustedStores.OpenOrCreate(arguments.Store, context.SystemContext, TimeProvider.System);
        using var fetcher = new Fetcher(new FetchOptions { IsOffline = arguments.IsOffline }, systemContext);
        using var solvers = new MachineSolvers(systemContext);
        var draft = new CreationPlanner(systemContext, fetcher, store, solvers, OptionsOf(arguments))
            .Plan(specification, cancellation);
        var report = new CreateReport(context.Console, arguments.AsJson);
        if (arguments.IsDryRun)
        {
            report.WritePlan(prefix, draft);
            return ExitCodes.Done;
        }

        var finisher = new CreationFinisher(arguments, draft, cancellation);
        finisher.MustBeAble();
        report.WriteSolvers(draft);
        var options = new IngestionOptions { IsOffline = arguments.IsOffline };
        var creator = new EnvironmentCreator(store!, fetcher, options, systemContext, TimeProvider.System);
        var result = Create(creator, fetcher, draft.Plan, new CreationRequest
        {
            Prefix = prefix,
            Links = arguments.Links,
            Replaces = arguments.Updates,
            Finish = finisher.Finish,
            FinishAddsFiles = finisher.AddsFiles,
        }, cancellation);
        result = result with { Problems = [.. result.Problems, .. finisher.Problems, .. MissingDependencies.Find(result.Capture, systemContext)] };
        report.Write(draft, result);
        return finisher.HasSkippedScripts
            || result.Problems.Any(static problem => problem.Code == MissingDependencies.Code || BundleLinks.LeavesOut(problem))
            ? ExitCodes.Partial
            : ExitCodes.Done;
    }

    private CreationResult Create(
        EnvironmentCreator creator, Fetcher fetcher, CreationPlan plan, CreationRequest request, CancellationToken cancellation)
    {
        using var line = new ProgressLine(context.Console, TimeProvider.System, "bringing in", plan.Count);
        using var timer = new Timer(
            _ => line.Update(creator.PackagesDone, fetcher.Progress.BytesReceived + (creator.Counts?.Bytes ?? 0), 0),
            null, ShowEvery, ShowEvery);
        return creator.Create(plan, request, cancellation);
    }

    private string PrefixOf(CreateArguments arguments, Specification specification)
    {
        if (arguments.Prefix is { } prefix)
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(prefix, context.SystemContext.CurrentDirectory));
        }

        return specification.HasConda
            ? new CondaEnvironmentFinder(context.SystemContext).NewPrefix(arguments.Name!)
            : throw new FirnException(
                $"--name {arguments.Name} is for conda environments, and no file asks for conda packages",
                "name the folder of the virtual environment: --to .venv", FailureKind.InvalidRequest);
    }

    private PlanOptions OptionsOf(CreateArguments arguments) => new()
    {
        Python = arguments.Python,
        Index = arguments.Index.ToOptions(context.SystemContext),
        Extras = arguments.Extras,
        Groups = arguments.Groups.Count == 0 ? null : arguments.Groups,
        IsOffline = arguments.IsOffline,
        WithPip = !arguments.WithoutPip,
        IsDryRun = arguments.IsDryRun,
    };

    private static void Check(CreateArguments arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new FirnException("environments cannot be created on Windows", "create on Linux or macOS");
        }

        if (arguments.Files.Count == 0)
        {
            throw new FirnException(
                "no lock or spec is named", "name one: firn create -f environment-locked.yml --to .venv", FailureKind.InvalidRequest);
        }

        if (arguments.Prefix is null == arguments.Name is null)
        {
            throw new FirnException(
                arguments.Prefix is null ? "no place is named" : "--to and --name both say where",
                "name a folder with --to PREFIX, or a conda environment with -n NAME", FailureKind.InvalidRequest);
        }

        if (arguments.Updates && arguments.LinkScripts == LinkScriptsChoice.Run)
        {
            throw new FirnException(
                "--update and --link-scripts run do not go together: a script that fails could not be undone",
                "create the environment anew at another place", FailureKind.InvalidRequest);
        }
    }
}
