using Firn.Cli.Commands.Solving;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Creation;
using Firn.Creation.Ingestion;
using Firn.Creation.Inputs;
using Firn.Creation.Planning;
using Firn.Fetching;
using Firn.Python.Environments;
using Firn.Restore.Unpacking;
using Firn.Storage;

namespace Firn.Cli.Commands;

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
                ExitCodes.Cancelled, exception);
        }
    }

    private int Run(CreateArguments arguments, CancellationToken cancellation)
    {
        var surroundings = context.Surroundings;
        var specification = new SpecificationReader(surroundings, new SpecificationOptions { Categories = arguments.Categories, Store = arguments.Store })
            .Read(arguments.Files);
        var prefix = PrefixOf(arguments, specification);
        var store = arguments.IsDryRun
            ? Directory.Exists(arguments.Store) ? Store.Open(arguments.Store) : null
            : OwnStores.OpenOrCreate(arguments.Store, context.Surroundings, TimeProvider.System);
        using var fetcher = new Fetcher(new FetchOptions { IsOffline = arguments.IsOffline }, surroundings);
        using var solvers = new MachineSolvers(surroundings);
        var draft = new CreationPlanner(surroundings, fetcher, store, solvers, OptionsOf(arguments))
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
        var creator = new EnvironmentCreator(store!, fetcher, options, surroundings, TimeProvider.System);
        var result = Create(creator, fetcher, draft.Plan, new CreationRequest
        {
            Prefix = prefix,
            Links = arguments.Links,
            Replaces = arguments.Updates,
            Finish = finisher.Finish,
            FinishAddsFiles = finisher.AddsFiles,
        }, cancellation);
        result = result with { Problems = [.. result.Problems, .. finisher.Problems, .. MissingDependencies.Find(result.Capture, surroundings)] };
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
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(prefix, context.Surroundings.CurrentDirectory));
        }

        return specification.HasConda
            ? new CondaEnvironmentFinder(context.Surroundings).NewPrefix(arguments.Name!)
            : throw new FirnException(
                $"--name {arguments.Name} is for conda environments, and no file asks for conda packages",
                "name the folder of the virtual environment: --to .venv", ExitCodes.Usage);
    }

    private PlanOptions OptionsOf(CreateArguments arguments) => new()
    {
        Python = arguments.Python,
        Index = arguments.Index.ToOptions(context.Surroundings),
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
                "no lock or spec is named", "name one: firn create -f environment-locked.yml --to .venv", ExitCodes.Usage);
        }

        if (arguments.Prefix is null == arguments.Name is null)
        {
            throw new FirnException(
                arguments.Prefix is null ? "no place is named" : "--to and --name both say where",
                "name a folder with --to PREFIX, or a conda environment with -n NAME", ExitCodes.Usage);
        }

        if (arguments.Updates && arguments.LinkScripts == LinkScriptsChoice.Run)
        {
            throw new FirnException(
                "--update and --link-scripts run do not go together: a script that fails could not be undone",
                "create the environment anew at another place", ExitCodes.Usage);
        }
    }
}
