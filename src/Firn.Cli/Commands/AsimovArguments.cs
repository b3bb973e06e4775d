using System.CommandLine;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage.Asimov;

namespace Firn.Cli.Commands;

/// <summary>What <c>store export</c> and <c>store import</c> have in common.</summary>
internal sealed class AsimovArguments
{
    private readonly Option<string> _folder = new("--asimov")
    {
        Description = "The folder of asimov's store, which holds .manifest",
        HelpName = "DIR",
        Required = true,
    };

    public AsimovArguments() => _folder.RefuseEmpty();

    public void AddTo(Command command) => command.Add(_folder);

    /// <summary>The folder, absolute.</summary>
    public string Path(ParseResult parsed, CommandContext context) => System.IO.Path.TrimEndingDirectorySeparator(
        System.IO.Path.GetFullPath(parsed.GetRequiredValue(_folder), context.Surroundings.CurrentDirectory));

    /// <summary>Writes notes and failures, and tells the exit code.</summary>
    public static int Finish(CommandContext context, AsimovReport report)
    {
        foreach (var note in report.Notes)
        {
            context.Console.Error.WriteLine($"note: {TerminalText.Clean(note)}");
        }

        foreach (var failure in report.Failures)
        {
            context.Console.Error.WriteLine($"warning: {TerminalText.Clean(failure)}");
        }

        return report.Failures.Length == 0 ? ExitCodes.Done : ExitCodes.Partial;
    }
}
