using System.CommandLine;
using Firn.Cli.Commands.ImageCommands;
using Firn.Cli.Output;
using Firn.Workflows;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands;

/// <summary><c>firn diff A B</c>: what differs between two captures or environments.</summary>
internal static class DiffCommand
{
    public static Command Create(CommandContext context)
    {
        var first = new Argument<string>("A") { Description = "A capture (its folder or environment.json, an environment id, SUBJECT/NAME[@N] in the store), an environment, or an image NAME:TAG" };
        var second = new Argument<string>("B") { Description = "What to compare it with" };
        first.RefuseOptions();
        second.RefuseOptions();
        var json = new Option<bool>("--json") { Description = "Print the differences as a document" };
        var store = new StoreArguments();
        var engine = ImageArguments.EngineOption();
        var command = new ExampleCommand(
            "diff",
            "Compare two captures, environments or images: packages added, removed and changed, the same version with other "
            + "contents, conda packages, native libraries, variables, host. Contents are compared as recorded, no file "
            + "is read. Of two runs also command, code, variables, inputs and outputs. Exit code 3 where anything differs.",
            "firn diff capture .venv")
        {
            first, second, json, engine,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context,
            new DiffEnvironmentsRequest
            {
                First = parsed.GetRequiredValue(first),
                Second = parsed.GetRequiredValue(second),
                Store = store.Given(parsed),
                Project = store.GivenProject(parsed),
            },
            parsed.GetValue(engine),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, DiffEnvironmentsRequest request, string? engine, bool asJson)
    {
        using var images = new CapturedImages(context, engine);
        var result = new DiffEnvironments(context.SystemContext).Run(
            request with { First = images.Folder(request.First), Second = images.Folder(request.Second) });
        if (asJson)
        {
            context.Console.WriteDocument(result.WriteJson);
        }
        else
        {
            if (result.Runs is { } runs)
            {
                new RunDifferenceTable(context.Console.Output).Write(runs);
            }

            new DifferenceTable(context.Console.Output, context.Console.IsOutputTerminal).Write(result.Environments, result.Runs is null or { IsEmpty: true });
        }

        return result.AreEqual ? ExitCodes.Done : ExitCodes.Different;
    }

    /// <summary>The captures of the images among what is compared.</summary>
    private sealed class CapturedImages(CommandContext context, string? engine) : IDisposable
    {
        private readonly List<DirectoryInfo> _folders = [];

        /// <summary>The text, or the folder with the capture of the image that it names.</summary>
        public string Folder(string text)
        {
            if (!ImageSelection.IsImage(text, context.SystemContext))
            {
                return text;
            }

            using var signals = new CancellationBySignal(context.Cancelled);
            var folder = Directory.CreateTempSubdirectory("firn-diff-");
            _folders.Add(folder);
            new CaptureImage(context.SystemContext).Run(
                new ImageSelection { Image = text, Engine = engine, Program = ImageBuildCommand.SingleFile() },
                folder.FullName,
                // Said once of both.
                _folders.Count == 1 ? new ConsoleObserver(context.Console) : null,
                signals.Token);
            return folder.FullName;
        }

        public void Dispose() => _folders.ForEach(static folder => folder.Delete(recursive: true));
    }
}
