using System.CommandLine;
using System.Globalization;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Storage.Collection;
using Firn.Workflows;

namespace Firn.Cli.Commands.StoreCommands;

/// <summary><c>firn store gc</c>: removes what no record needs.</summary>
internal static class StoreGcCommand
{
    public static Command Create(CommandContext context)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be removed, and remove nothing" };
        var grace = GraceOption.Create();
        var lost = new Option<bool>("--accept-lost") { Description = "Remove objects although a record was lost that may have named them" };
        var json = new Option<bool>("--json") { Description = "Print what was removed as a document" };
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "gc",
            "Remove files and bundles that no run and no archive needs any more, and what killed processes left. It may "
            + "run beside writers.",
            "firn store gc --dry-run --grace 36h")
        {
            dryRun, grace, lost, json,
        };
        store.AddTo(command);
        command.SetAction(parsed => Run(
            context,
            store.Selection(parsed),
            new CollectionOptions
            {
                IsDryRun = parsed.GetValue(dryRun),
                Grace = GraceOption.Of(parsed.GetValue(grace)),
                AcceptsLostRecords = parsed.GetValue(lost),
            },
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, StoreSelection store, CollectionOptions options, bool asJson)
    {
        var report = new StoreMaintenance(context.SystemContext, store).Collect(options);
        if (asJson)
        {
            context.Console.WriteDocument(report.WriteJson);
        }
        else
        {
            WriteText(context.Console.Output, report);
        }

        foreach (var failure in report.Failures)
        {
            context.Console.Error.WriteLine($"warning: {TerminalText.Clean(failure)}");
        }

        if (report.LostRecords.Length > 0 && !options.AcceptsLostRecords)
        {
            context.Console.Error.WriteLine(TerminalText.Clean(
                $"warning: {report.LostRecords[0]} was lost, and any object may be its: none was removed; --accept-lost removes them"));
        }

        return report.Failures.Length == 0 ? ExitCodes.Done : ExitCodes.Partial;
    }

    private static void WriteText(TextWriter output, CollectionReport report)
    {
        var verb = report.IsDryRun ? "Would free" : "Freed";
        output.WriteLine(
            $"{verb} {SizeText.Of(report.Bytes)}: {CountText.Of(report.Objects, "file")}, {CountText.Of(report.Bundles, "bundle")}");
        if (report.Temporaries > 0)
        {
            output.WriteLine($"{verb} {SizeText.Of(report.TemporaryBytes)} that killed processes left: {CountText.Of(report.Temporaries, "file")}");
        }

        if (report.PutBack > 0)
        {
            output.WriteLine($"Kept {report.PutBack} that a writer needed meanwhile");
        }

        if (report.Young > 0)
        {
            output.WriteLine($"Kept {report.Young} ({SizeText.Of(report.YoungBytes)}) that nothing needs, but younger than the grace period");
        }
    }
}

/// <summary>The option for a grace period: <c>14d</c>, <c>36h</c>, <c>30m</c>, or <c>0</c>.</summary>
internal static class GraceOption
{
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--grace")
        {
            Description = "Keep what nothing needs for so long after it was last used: 14d, 36h, 30m or 0. Default: 14d",
            HelpName = "TIME",
        };
        option.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && Parse(result.Tokens[0].Value) is null)
            {
                result.AddError($"'{result.Tokens[0].Value}' is not a time: say 14d, 36h, 30m or 0");
            }
        });
        return option;
    }

    /// <summary>The period; the default where none is given.</summary>
    public static TimeSpan Of(string? text) => text is null ? CollectionOptions.DefaultGrace : Parse(text)!.Value;

    private static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        if (text.Length < 2
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > 100_000)
        {
            return null;
        }

        return text[^1] switch
        {
            'd' => TimeSpan.FromDays(number),
            'h' => TimeSpan.FromHours(number),
            'm' => TimeSpan.FromMinutes(number),
            _ => null,
        };
    }
}
