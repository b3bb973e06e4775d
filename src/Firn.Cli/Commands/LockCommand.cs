using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows;

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
        command.SetAction(parsed => Run(context, new LockEnvironmentRequest
        {
            Files = parsed.GetValue(files) ?? [],
            Target = parsed.GetValue(output),
            Python = parsed.GetValue(python),
            Replaces = parsed.GetValue(force),
            Indexes = index.Of(parsed),
        }));
        return command;
    }

    private static int Run(CommandContext context, LockEnvironmentRequest request)
    {
        if (request.Files.Count == 0)
        {
            throw new FirnException(
                "no spec is named", "name one: firn lock -f requirements.txt -o requirements-locked.txt", FailureKind.InvalidRequest);
        }

        using var signals = new CancellationBySignal(context.Cancelled);
        var result = new LockEnvironment(context.SystemContext).Run(request, new ConsoleObserver(context.Console), signals.Token);
        if (request.Target is { } target)
        {
            context.Console.Error.WriteLine($"firn: wrote {TerminalText.Clean(target)}: {CountText.Of(result.PackageCount, "package")}");
        }
        else
        {
            context.Console.Output.Write(result.Text);
        }

        return ExitCodes.Done;
    }
}
