using System.CommandLine;
using System.Text;
using Firn.Archives;
using Firn.Archives.Bundling;
using Firn.Archives.Documents;
using Firn.Archives.Planning;
using Firn.Archives.Plans;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Projects;
using Firn.Storage;

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
        BackgroundScan? scan = null;
        var inspection = new EnvironmentInspector(context.SystemContext).Inspect(
            arguments.Request,
            environment => scan = signals is null ? null : BackgroundScan.Start(environment, context.SystemContext, signals.Token));
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

    private string FullPath(string folder) => Path.GetFullPath(folder, context.SystemContext.CurrentDirectory);
}

/// <summary>The arguments of <c>firn capture</c>.</summary>
/// <param name="Request">Which environment.</param>
/// <param name="Folder">Where the files go; <see langword="null"/> for a summary only.</param>
/// <param name="IsDryRun">Whether nothing is written.</param>
/// <param name="AsJson">Whether the document itself is the result on standard output.</param>
/// <param name="Archive">What to archive; <see langword="null"/> for nothing.</param>
internal sealed record CaptureArguments(
    InspectionRequest Request, string? Folder, bool IsDryRun, bool AsJson, ArchiveRequest? Archive = null);

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
        Description = $"Archive more than {ArchiveLimit.Variable} (2 GB) without asking",
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
            if (!result.GetValue(_archive) && (result.GetValue(_withInterpreter) || result.GetValue(_readData)
                || result.GetValue(_yes) || result.GetValue(_store) is not null))
            {
                result.AddError("--store, --with-interpreter, --read-data and --yes go with --archive");
            }
        });
    }

    /// <summary>What was asked for; <see langword="null"/> without <c>--archive</c>.</summary>
    public ArchiveRequest? Request(ParseResult parsed) => parsed.GetValue(_archive)
        ? new ArchiveRequest(
            parsed.GetValue(_store),
            new ArchiveOptions
            {
                WithInterpreter = parsed.GetValue(_withInterpreter),
                ReadsAll = parsed.GetValue(_readData),
            },
            parsed.GetValue(_yes))
        : null;
}

/// <summary>What <c>firn capture --archive</c> was asked for.</summary>
/// <param name="Store">The store that was named.</param>
/// <param name="Options">What to archive.</param>
/// <param name="IsConfirmed">Whether the size does not matter.</param>
internal sealed record ArchiveRequest(string? Store, ArchiveOptions Options, bool IsConfirmed);

/// <summary>Archives a captured environment for <c>firn capture --archive</c>.</summary>
internal sealed class ArchiveRunner(CommandContext context, ArchiveRequest request)
{
    /// <summary>Archives, or says what would be archived.</summary>
    /// <param name="capture">The environment.</param>
    /// <param name="scan">The scan of its files that was begun beside the capture.</param>
    /// <param name="isDryRun">Whether nothing is written.</param>
    /// <param name="cancellation">Stops it before the record is written.</param>
    public ArchiveReport Run(Capture capture, BackgroundScan? scan, bool isDryRun, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new FirnException(
                "environments cannot be archived on Windows", "archive on Linux or macOS; captures work everywhere");
        }

        var path = ProjectStore.LocateAnywhere(request.Store, null, context.SystemContext);
        // A dry run leaves no trace: where there is no store, everything would be new.
        var store = !isDryRun ? TrustedStores.OpenOrCreate(path, context.SystemContext, TimeProvider.System)
            : Directory.Exists(path) ? Store.Open(path) : null;
        var archiver = new EnvironmentArchiver(context.SystemContext, request.Options);
        var prepared = archiver.Prepare(capture, store, cancellation, scan);
        if (isDryRun || store is null)
        {
            return new ArchiveReport(path, prepared, null);
        }

        CheckSize(prepared);
        var progress = new ArchiveProgress(prepared.FileCount, prepared.Size);
        using var line = new ArchiveProgressLine(context.Console, progress);
        return new ArchiveReport(path, prepared, archiver.Archive(prepared, store, progress, cancellation));
    }

    private void CheckSize(PreparedArchive prepared)
    {
        var limit = ArchiveLimit.Of(context.SystemContext);
        if (prepared.Size > limit && !request.IsConfirmed)
        {
            throw new FirnException(
                $"the environment has {SizeText.Of(prepared.Size)} in {prepared.FileCount} files to archive, more than the limit of {SizeText.Of(limit)}",
                $"add --yes to archive it, or set {ArchiveLimit.Variable}; --dry-run shows the sizes",
                FailureKind.InvalidRequest);
        }
    }
}

/// <summary>What came of archiving.</summary>
/// <param name="Store">The store's folder.</param>
/// <param name="Prepared">What was planned.</param>
/// <param name="Outcome">What was done; <see langword="null"/> in a dry run.</param>
internal sealed record ArchiveReport(string Store, PreparedArchive Prepared, ArchiveOutcome? Outcome)
{
    /// <summary>What the environment reads, and the archive has not.</summary>
    public IReadOnlyList<Problem> Missed { get; } = ArchiveDocument.Missed(Outcome?.Document.LeftOut ?? Prepared.Plan.LeftOut, Prepared.Plan.Problems);

    /// <summary>Whether the archive has all that the environment reads and imports.</summary>
    public bool IsWhole => Missed.Count == 0 && Prepared.Plan.IsWhole;

    /// <summary>Everything that the environment has or imports and the archive has not.</summary>
    public IReadOnlyList<SkippedFile> LeftOut =>
        [.. Outcome is null ? Prepared.Plan.LeftOut : Outcome.Document.LeftOut, .. Prepared.Plan.OfSession];
}
