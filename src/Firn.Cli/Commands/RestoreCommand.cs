using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary><c>firn restore</c>: brings an archived environment back.</summary>
internal static class RestoreCommand
{
    public static Command Create(CommandContext context)
    {
        var capture = new Argument<string>("CAPTURE")
        {
            Description = "A capture (its folder or environment.json), an environment id or the start of its digits, or a "
                + "run SUBJECT/NAME[@N]",
        };
        capture.RefuseOptions();
        var prefix = new Option<string?>("--to")
        {
            Description = "The new prefix: a folder that is empty or does not exist. Default: one read-only prefix per "
                + "environment id, shared by all analyses",
            HelpName = "PREFIX",
        };
        prefix.RefuseEmpty();
        var link = new Option<bool>("--link")
        {
            Description = "Make hard links to a cache of unpacked bundles instead of copies",
        };
        var compile = new Option<bool>("--compile") { Description = "Make the bytecode that is not in the archive" };
        var python = new Option<string?>("--python")
        {
            Description = "The Python under a restored virtual environment, in place of the archived one",
            HelpName = "EXE",
        };
        python.RefuseEmpty();
        var readData = new Option<bool>("--read-data")
        {
            Description = "Read and compare every byte that was proven by an earlier restore: of the shared prefix, of the "
                + "cache with --link, and of what was restored",
        };
        var json = new Option<bool>("--json") { Description = "Print what was done as a document" };
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "restore",
            "Bring an archived environment back, at any path, without an index and without a network. It is made beside "
            + "PREFIX and renamed when it is whole, then verified. Exit code 3 where it differs from the capture.",
            "firn restore capture --to /data/envs/study")
        {
            capture, prefix, link, compile, python, readData, json,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(context, parsed.GetValue(json), new RestoreEnvironmentRequest
        {
            Capture = parsed.GetRequiredValue(capture),
            Prefix = parsed.GetValue(prefix),
            Store = store.Given(parsed),
            Project = store.GivenProject(parsed),
            Links = parsed.GetValue(link),
            Compiles = parsed.GetValue(compile),
            Python = parsed.GetValue(python),
            ReadsData = parsed.GetValue(readData),
        }));
        return command;
    }

    private static int Run(CommandContext context, bool asJson, RestoreEnvironmentRequest request)
    {
        if (request.Prefix is null && request.Compiles)
        {
            throw new FirnException(
                "--compile needs --to PREFIX: a shared prefix is not written to", "add --to PREFIX", FailureKind.InvalidRequest);
        }

        using var signals = new CancellationBySignal(context.Cancelled);
        var report = new RestoreReport(context.Console, asJson);
        var observer = new ConsoleObserver(context.Console) { Obstacles = report.WriteObstacles };
        var result = new RestoreEnvironment(context.SystemContext).Run(request, observer, signals.Token);
        report.Write(result);
        return result.IsEqual == false ? ExitCodes.Different : result.IsWhole ? ExitCodes.Done : ExitCodes.Partial;
    }
}
