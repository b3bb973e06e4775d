using System.CommandLine;
using Firn.Cli.Output;
using Firn.Cli.Solving;
using Firn.Common;
using Firn.Common.Files;
using Firn.Creation.Inputs;
using Firn.Creation.Packages;
using Firn.Creation.Planning;
using Firn.Fetching;

namespace Firn.Cli.Commands;

/// <summary><c>firn lock</c>: what <c>firn create</c> would install, as a lock.</summary>
internal static class LockCommand
{
    public const string Name = "lock";

    public static Command Create(CommandContext context)
    {
        var files = new Option<string[]>("--file", "-f") { Description = "A spec or lock; may be given several times", HelpName = "FILE" };
        files.RefuseEmpty();
        var output = new Option<string?>("--output", "-o") { Description = "The lock; without it, standard output", HelpName = "LOCK" };
        output.RefuseEmpty();
        var python = new Option<string?>("--python")
        {
            Description = "The Python of a virtual environment: a version such as 3.11, or an executable",
            HelpName = "VERSION|EXE",
        };
        python.RefuseEmpty();
        var force = new Option<bool>("--force") { Description = "Replace a lock that is there" };
        var index = new IndexOptionsOfCommand();
        var command = new ExampleCommand(
            Name,
            "Choose exact packages for a spec and write them down: an explicit file where there are conda packages, else "
            + "requirements with digests. The choice is the solver's that is there (micromamba, mamba or conda; pip).",
            "firn lock -f requirements.txt -o requirements-locked.txt")
        {
            files, output, python, force,
        };
        index.AddTo(command);
        command.SetAction(parsed => new LockRunner(context).Run(
            parsed.GetValue(files) ?? [], parsed.GetValue(output), parsed.GetValue(python), parsed.GetValue(force), index.Of(parsed)));
        return command;
    }
}

/// <summary>Runs <c>firn lock</c>.</summary>
internal sealed class LockRunner(CommandContext context)
{
    public int Run(IReadOnlyList<string> files, string? output, string? python, bool force, IndexArguments index)
    {
        if (files.Count == 0)
        {
            throw new FirnException("no spec is named", "name one: firn lock -f requirements.txt -o requirements-locked.txt", FailureKind.InvalidRequest);
        }

        var systemContext = context.SystemContext;
        var target = output is null ? null : Path.GetFullPath(output, systemContext.CurrentDirectory);
        if (target is not null && File.Exists(target) && !force)
        {
            throw new FirnException($"{output} is there already", "--force replaces it", FailureKind.InvalidRequest);
        }

        using var signals = new CancellationBySignal();
        using var fetcher = new Fetcher(new FetchOptions(), systemContext);
        using var solvers = new MachineSolvers(systemContext);
        var specification = new SpecificationReader(systemContext, new SpecificationOptions()).Read(files);
        var options = new PlanOptions { Python = python, Index = index.ToOptions(systemContext), WithPip = false };
        var draft = new CreationPlanner(systemContext, fetcher, null, solvers, options).Plan(specification, signals.Token);
        if (!draft.Editables.IsEmpty || !draft.Built.IsEmpty)
        {
            throw new FirnException(
                $"{string.Join(", ", draft.Editables.Select(item => item.Distribution.DisplayName).Concat(draft.Built))} cannot stand in a lock: it is built from source",
                "keep it in a requirement file of its own beside the lock: firn create -f LOCK -f FILE");
        }

        new CreateReport(context.Console, asJson: false).WriteSolvers(draft);
        var text = LockWriter.Write(draft.Plan, files);
        if (target is null)
        {
            context.Console.Output.Write(text);
            return ExitCodes.Done;
        }

        Write(target, text);
        context.Console.Error.WriteLine($"firn: wrote {TerminalText.Clean(output!)}: {CountText.Of(draft.Plan.Count, "package")}");
        return ExitCodes.Done;
    }

    private static void Write(string target, string text)
    {
        try
        {
            using var staged = AtomicFile.Stage(target, System.Text.Encoding.UTF8.GetBytes(text));
            staged.Place();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException($"cannot write {target}: {exception.Message.TrimEnd('.')}", "name a file in a folder of yours: -o FILE", innerException: exception);
        }
    }
}
