using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows;

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
        command.SetAction(parsed => Run(context, parsed.GetValue(json), new CreateEnvironmentRequest
        {
            Files = parsed.GetValue(files) ?? [],
            Prefix = parsed.GetValue(prefix),
            CondaName = parsed.GetValue(name),
            Store = store.Given(parsed),
            Project = store.GivenProject(parsed),
            Python = parsed.GetValue(python),
            Indexes = index.Of(parsed),
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
        }));
        return command;
    }

    private static int Run(CommandContext context, bool asJson, CreateEnvironmentRequest request)
    {
        Check(request);
        using var signals = new CancellationBySignal(context.Cancelled);
        var result = new CreateEnvironment(context.SystemContext).Run(request, new ConsoleObserver(context.Console), signals.Token);
        new CreateReport(context.Console, asJson).Write(result);
        return result.IsWhole ? ExitCodes.Done : ExitCodes.Partial;
    }

    private static void Check(CreateEnvironmentRequest request)
    {
        if (request.Files.Count == 0)
        {
            throw new FirnException(
                "no lock or spec is named", "name one: firn create -f environment-locked.yml --to .venv", FailureKind.InvalidRequest);
        }

        if (request.Prefix is null == request.CondaName is null)
        {
            throw new FirnException(
                request.Prefix is null ? "no target given" : "--to and --name both say where",
                "name a folder with --to PREFIX, or a conda environment with -n NAME", FailureKind.InvalidRequest);
        }

        if (request.Updates && request.LinkScripts == LinkScriptsChoice.Run)
        {
            throw new FirnException(
                "--update and --link-scripts run do not go together: a script that fails could not be undone",
                "create the environment anew at another place", FailureKind.InvalidRequest);
        }
    }
}
