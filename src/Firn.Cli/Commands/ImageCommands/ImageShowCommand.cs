using System.CommandLine;
using Firn.Cli.Output;
using Firn.Workflows.Images;

namespace Firn.Cli.Commands.ImageCommands;

/// <summary><c>firn image show</c>: what an installation is.</summary>
internal static class ImageShowCommand
{
    public static Command Create(CommandContext context)
    {
        var names = new Option<bool>("--names") { Description = "Only the names of images that are there, a line each" };
        var command = new ExampleCommand(
            "show", "Say what an installation is, which images it builds, and which of them are there. Changes nothing.", "firn image show")
        {
            names,
        };
        var options = new ImageOptions(command);
        command.SetAction(parsed =>
        {
            using var signals = new CancellationBySignal(context.Cancelled);
            var summary = new ImageInstallations(context.SystemContext).Show(
                options.Selection(parsed), new ConsoleObserver(context.Console), signals.Token);
            if (parsed.GetValue(names))
            {
                foreach (var image in summary.Images.Where(static image => image.IsThere == true))
                {
                    context.Console.Output.WriteLine(image.Name);
                }
            }
            else
            {
                Write(context, summary);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static void Write(CommandContext context, InstallationSummary summary)
    {
        var output = context.Console.Output;
        output.WriteLine($"installation  {TerminalText.Clean(summary.Folder)}");
        output.WriteLine($"written by    {(summary.IsTemplate ? "the Docker template" : "firn image init")}");
        output.WriteLine($"platform      {summary.Platform}");
        output.WriteLine($"base          {summary.BaseImage ?? "not named"}");
        output.WriteLine($"settings      {(summary.HasSettings ? ".env" : "none of your own")}");
        foreach (var image in summary.Images)
        {
            var state = image.IsThere switch
            {
                true => image.Revision is { } revision ? $"built from {revision[..Math.Min(12, revision.Length)]}" : "built, from no commit",
                false => "not built",
                null => "unknown",
            };
            output.WriteLine($"image         {image.Name}  {state}");
        }

        foreach (var remark in summary.Remarks)
        {
            output.WriteLine($"note          {TerminalText.Clean(remark)}");
        }
    }
}
