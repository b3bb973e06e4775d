using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Images.Installations;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image list-env</c>: what is installed in an image.</summary>
internal static class ImageListEnvCommand
{
    public static Command Create(CommandContext context)
    {
        var dev = new Option<bool>("--dev") { Description = "Of the image for developing" };
        var command = new ExampleCommand(
            "list-env", "List what is installed in the environment of an image, without running anything of it.", "firn image list-env")
        {
            dev,
        };
        var options = new ImageOptions(command);
        command.SetAction(parsed =>
        {
            using var signals = new CancellationBySignal(context.Cancelled);
            var program = ImageBuildCommand.SingleFile() ?? throw new FirnException(
                "this firn is not one file, which could read inside an image", "use the published program");
            var (image, capture) = new ListImages(context.SystemContext, program).Run(
                options.Selection(parsed), parsed.GetValue(dev) ? ImageStage.Dev : ImageStage.Run, new ConsoleObserver(context.Console), signals.Token);
            context.Console.Error.WriteLine($"firn: {image}: {capture.EnvironmentId}");
            foreach (var line in Lines(capture))
            {
                context.Console.Output.WriteLine(TerminalText.Clean(line));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(Firn.Captures.Documents.Capture capture)
    {
        var conda = (capture.Conda?.Packages ?? []).Select(static package => (package.Name, package.Version, From: package.Channel ?? "conda")).ToList();
        var names = conda.Select(static package => package.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var pip = capture.Distributions.Where(distribution => !names.Contains(distribution.Name))
            .Select(static distribution => (distribution.Name, Version: distribution.Version ?? "?", From: "pip"));
        var rows = conda.Concat(pip).OrderBy(static row => row.Name, StringComparer.OrdinalIgnoreCase).ToList();
        var (name, version) = (rows.Select(static row => row.Name.Length).DefaultIfEmpty().Max(), rows.Select(static row => row.Version.Length).DefaultIfEmpty().Max());
        return rows.Select(row => $"{row.Name.PadRight(name)}  {row.Version.PadRight(version)}  {row.From}");
    }
}
