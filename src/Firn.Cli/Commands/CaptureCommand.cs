using System.CommandLine;
using System.Text;
using Firn.Captures;
using Firn.Captures.Archives.Planning;
using Firn.Cli.Output;
using Firn.Common;

namespace Firn.Cli.Commands;

/// <summary><c>firn capture</c>: reads an environment and writes what it is.</summary>
internal sealed class CaptureCommand(CommandContext context)
{
    public static Command Create(CommandContext context)
    {
        var environment = new EnvironmentArguments();
        var folder = new Option<string?>("--output", "-o")
        {
            Description = "The folder for the capture's files; without it a summary is printed",
            HelpName = "DIR",
        };
        folder.RefuseEmpty();
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be written, and write nothing" };
        var json = new Option<bool>("--json") { Description = "Print the capture's document, environment.json; with --archive, what was archived" };
        var command = new ExampleCommand(
            "capture",
            "Capture an environment: distributions, conda packages, native libraries, host. Nothing is started and "
            + "nothing in the environment is changed.",
            "firn capture .venv -o capture")
        {
            folder, dryRun, json,
        };
        environment.AddTo(command);
        var archive = new ArchiveArguments();
        archive.AddTo(command);
        command.SetAction(parsed => new CaptureCommand(context).Run(new CaptureArguments(
            environment.Request(parsed, context),
            parsed.GetValue(folder),
            parsed.GetValue(dryRun),
            parsed.GetValue(json),
            archive.Request(parsed))));
        return command;
    }

    public int Run(CaptureArguments arguments)
    {
        using var signals = arguments.Archive is null ? null : new CancellationBySignal();
        ScanAhead? scan = null;
        var inspection = new EnvironmentInspector(context.Surroundings).Inspect(
            arguments.Request,
            environment => scan = signals is null ? null : ScanAhead.Start(environment, context.Surroundings, signals.Token));
        // A summary alone needs none of the files.
        var files = arguments.Folder is not null || arguments.IsDryRun || arguments.AsJson
            ? CaptureFiles.Create(inspection.Capture)
            : [];
        if (arguments.Folder is { } folder && !arguments.IsDryRun)
        {
            CaptureFiles.Write(files, FullPath(folder));
        }

        var archived = arguments.Archive is { } request
            ? new ArchiveRunner(context, request).Run(inspection.Capture, scan, arguments.IsDryRun, signals!.Token)
            : null;
        if (arguments.AsJson && archived is not null)
        {
            context.Console.Output.Write(Encoding.UTF8.GetString(ArchiveReportWriter.Write(archived)));
        }
        else if (arguments.AsJson)
        {
            context.Console.Output.Write(Encoding.UTF8.GetString(files[^1].Content.Span));
        }
        else
        {
            new CaptureSummary(context.Console.Output).Write(inspection);
            if (files.Count > 0)
            {
                WriteFiles(arguments, files);
            }

            if (archived is not null)
            {
                new ArchiveSummary(context.Console.Output).Write(archived);
            }
        }

        ProblemWriter.Write(context.Console.Error, inspection.Capture.Problems);
        if (archived is not null)
        {
            ProblemWriter.Write(context.Console.Error, archived.Prepared.Plan.Problems);
            ProblemWriter.Write(context.Console.Error, archived.Missed);
            ProblemWriter.Write(context.Console.Error, archived.Outcome?.Problems ?? []);
        }

        return archived is { IsWhole: false } ? ExitCodes.Partial : ExitCodes.Done;
    }

    private void WriteFiles(CaptureArguments arguments, IReadOnlyList<CaptureFile> files)
    {
        var output = context.Console.Output;
        var folder = arguments.Folder ?? "DIR";
        output.WriteLine();
        output.WriteLine(TerminalText.Clean(arguments.IsDryRun ? $"Would write to {folder}:" : $"Wrote to {folder}:"));
        foreach (var file in files)
        {
            output.WriteLine($"  {file.Name,-32} {SizeText.Of(file.Content.Length),10}");
        }
    }

    private string FullPath(string folder) => Path.GetFullPath(folder, context.Surroundings.CurrentDirectory);
}
