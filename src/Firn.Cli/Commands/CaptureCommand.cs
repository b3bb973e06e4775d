using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Firn.Captures;
using Firn.Cli.Commands.ImageCommands;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Workflows;
using Firn.Workflows.Images;

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
        var image = new ImageArguments("Capture the environment in an image");
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
        image.AddTo(command);
        command.Validators.Add(result =>
        {
            if (image.IsGiven(result) && (archive.IsGiven(result) || environment.IsCondaNameGiven(result)))
            {
                result.AddError("--image goes with neither --archive nor --name");
            }
        });
        command.SetAction(parsed => image.Selection(parsed, parsed.GetValue(environment.Environment)) is { } selection
            ? new CaptureCommand(context).Run(selection, parsed.GetValue(folder), parsed.GetValue(dryRun), parsed.GetValue(json))
            : new CaptureCommand(context).Run(
            new CaptureEnvironmentRequest
            {
                Environment = environment.Request(parsed, context),
                Folder = parsed.GetValue(folder),
                // A summary alone needs none of the files.
                WithFiles = parsed.GetValue(dryRun) || parsed.GetValue(json),
                Archive = archive.Options(parsed),
                IsDryRun = parsed.GetValue(dryRun),
            },
            parsed.GetValue(json)));
        return command;
    }

    public int Run(CaptureEnvironmentRequest request, bool asJson)
    {
        using var signals = request.Archive is null ? null : new CancellationBySignal(context.Cancelled);
        var result = new CaptureEnvironment(context.SystemContext).Run(
            request, new ConsoleObserver(context.Console), signals?.Token ?? default);
        return Write(result, request.Folder, request.IsDryRun, asJson);
    }

    private int Run(ImageSelection selection, string? folder, bool isDryRun, bool asJson)
    {
        using var signals = new CancellationBySignal(context.Cancelled);
        var result = new CaptureImage(context.SystemContext).Run(
            selection, isDryRun ? null : folder, new ConsoleObserver(context.Console), signals.Token);
        return Write(folder is null && !isDryRun && !asJson ? result with { Files = [] } : result, folder, isDryRun, asJson);
    }

    private int Write(CaptureEnvironmentResult result, string? folder, bool isDryRun, bool asJson)
    {
        var (inspection, files, archived) = result;
        if (asJson && archived is not null)
        {
            context.Console.WriteDocument(archived.WriteJson);
        }
        else if (asJson)
        {
            context.Console.Output.Write(Encoding.UTF8.GetString(files[^1].Content.Span));
        }
        else
        {
            new CaptureSummary(context.Console.Output).Write(inspection);
            if (files.Count > 0)
            {
                WriteFiles(folder ?? "DIR", isDryRun, files);
            }

            if (archived is not null)
            {
                new ArchiveSummary(context.Console.Output).Write(archived);
            }
        }

        ProblemWriter.Write(context.Console.Error, inspection.Capture.Problems);
        if (archived is not null)
        {
            ProblemWriter.Write(context.Console.Error, archived.PlanProblems);
            ProblemWriter.Write(context.Console.Error, archived.Missed);
            ProblemWriter.Write(context.Console.Error, [.. archived.Problems.Skip(archived.PlanProblems.Count + archived.Missed.Count)]);
        }

        return archived is { IsWhole: false } ? ExitCodes.Partial : ExitCodes.Done;
    }

    private void WriteFiles(string folder, bool isDryRun, IReadOnlyList<CaptureFile> files)
    {
        var output = context.Console.Output;
        output.WriteLine();
        output.WriteLine(TerminalText.Clean(isDryRun ? $"Would write to {folder}:" : $"Wrote to {folder}:"));
        foreach (var file in files)
        {
            output.WriteLine($"  {file.Name,-32} {SizeText.Of(file.Content.Length),10}");
        }
    }
}

/// <summary>The options by which <c>firn capture</c> archives.</summary>
internal sealed class ArchiveArguments
{
    private readonly Option<bool> _archive = new("--archive")
    {
        Description = "Keep the environment's bytes in the store, so that it can be restored without network",
    };

    private readonly Option<string?> _store = new("--store")
    {
        Description = "The store; default: FIRN_STORE, else the user's own",
        HelpName = "DIR",
    };

    private readonly Option<bool> _withInterpreter = new("--with-interpreter")
    {
        Description = "Archive the operating system's Python too",
    };

    private readonly Option<bool> _readData = new("--read-data")
    {
        Description = "Read every file, also where nothing says that it has changed",
    };

    private readonly Option<bool> _yes = new("--yes", "-y")
    {
        Description = "Archive more than FIRN_ARCHIVE_LIMIT (2 GB) without asking",
    };

    public ArchiveArguments() => _store.RefuseEmpty();

    public void AddTo(Command command)
    {
        command.Add(_archive);
        command.Add(_store);
        command.Add(_withInterpreter);
        command.Add(_readData);
        command.Add(_yes);
        command.Validators.Add(result =>
        {
            if (!IsGiven(result) && (result.GetValue(_withInterpreter) || result.GetValue(_readData)
                || result.GetValue(_yes) || result.GetValue(_store) is not null))
            {
                result.AddError("--store, --with-interpreter, --read-data and --yes go with --archive");
            }
        });
    }

    public bool IsGiven(CommandResult result) => result.GetValue(_archive);

    /// <summary>What was asked for; <see langword="null"/> without <c>--archive</c>.</summary>
    public ArchiveEnvironmentOptions? Options(ParseResult parsed) => parsed.GetValue(_archive)
        ? new ArchiveEnvironmentOptions
        {
            Store = parsed.GetValue(_store),
            WithInterpreter = parsed.GetValue(_withInterpreter),
            ReadsData = parsed.GetValue(_readData),
            IsUnlimited = parsed.GetValue(_yes),
        }
        : null;
}
