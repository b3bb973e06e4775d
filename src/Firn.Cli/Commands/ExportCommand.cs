using System.CommandLine;
using System.Text;
using Firn.Archives;
using Firn.Archives.Secrets;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Captures.Exports;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Common.Json;
using Firn.Conda.Listings;
using Firn.Conda.Prefixes;
using Firn.Python.Environments;
using Firn.Reports.Exports;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Cli.Commands;

/// <summary><c>firn export</c>: one format of an environment or a capture, on standard output.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandContext context)
    {
        var source = new EnvironmentArguments(
            "CAPTURE|ENVIRONMENT|RUN",
            "A capture (its folder or environment.json), a prefix or a python executable, or a run of the store, "
            + "SUBJECT/NAME[@N], which ro-crate and asimov need. Default: as for capture");
        var format = new Option<string>("--format", "-f")
        {
            Description = "What to write",
            Required = true,
        };
        format.AcceptOnlyFromAmong(ExportFormats.All);
        var pip = new PipExportOptions();
        var run = new RunExportOptions();
        var asConda = new Option<string?>("--as-conda")
        {
            Description = "conda, explicit, environment.yml: write as this release of conda does",
            HelpName = "VERSION",
        };
        var md5 = new Option<bool>("--md5") { Description = "explicit: MD5 digests behind the URLs" };
        var sha256 = new Option<bool>("--sha256") { Description = "explicit: SHA-256 digests behind the URLs" };
        var noBuilds = new Option<bool>("--no-builds") { Description = "environment.yml: versions without builds" };
        var command = new ExampleCommand(
            "export",
            "Write an environment or a capture in one format on standard output: what `pip freeze`, "
            + "`conda list --export`, `conda list --explicit` or `conda env export` print, requirements that install "
            + "anywhere, the capture's own document, or a CycloneDX 1.6 bill of materials. "
            + "Or write a run of the store as an RO-Crate, or as asimov's metadata.",
            "firn export .venv --format requirements > requirements.txt")
        {
            format,
        };
        source.AddTo(command);
        pip.AddTo(command);
        foreach (var option in (Option[])[asConda, md5, sha256, noBuilds])
        {
            command.Add(option);
        }

        run.AddTo(command);

        command.SetAction(parsed =>
        {
            var named = parsed.GetRequiredValue(format);
            var options = pip.Read(parsed);
            // pip's --path lists folders, whatever the environment.
            var request = ExportFormats.IsOfRun(named) || options.Paths.Count > 0
                ? new InspectionRequest { Environment = parsed.GetValue(source.Environment), CondaName = parsed.GetValue(source.CondaName) }
                : source.Request(parsed, context, takesRuns: true);
            return new ExportRunner(context).Run(new ExportArguments
            {
                Source = request.Environment,
                CondaName = request.CondaName,
                Format = named,
                Pip = options,
                AsConda = parsed.GetValue(asConda),
                Md5 = parsed.GetValue(md5),
                Sha256 = parsed.GetValue(sha256),
                NoBuilds = parsed.GetValue(noBuilds),
                Run = run.Read(parsed, context),
            });
        });
        return command;
    }
}

/// <summary>The formats of <c>firn export</c>.</summary>
internal static class ExportFormats
{
    public const string Pip = "pip";
    public const string Requirements = "requirements";
    public const string Conda = "conda";
    public const string Explicit = "explicit";
    public const string EnvironmentYaml = "environment.yml";
    public const string Json = "json";
    public const string CycloneDx = "cyclonedx";
    public const string RoCrate = "ro-crate";
    public const string Asimov = "asimov";

    /// <summary>Those of an environment or a capture.</summary>
    public static readonly string[] OfEnvironments =
        [Pip, Requirements, Conda, Explicit, EnvironmentYaml, Json, CycloneDx];

    public static readonly string[] All = [.. OfEnvironments, RoCrate, Asimov];

    /// <summary>Whether it is of a run in the store and not of an environment.</summary>
    public static bool IsOfRun(string format) => format is RoCrate or Asimov;
}

/// <summary>The arguments of <c>firn export</c>.</summary>
internal sealed record ExportArguments
{
    /// <summary>A capture or an environment; <see langword="null"/> for the default environment.</summary>
    public string? Source { get; init; }

    public string? CondaName { get; init; }

    /// <summary>One of <see cref="ExportFormats"/>.</summary>
    public required string Format { get; init; }

    public required PipExportArguments Pip { get; init; }

    /// <summary>The conda release to follow.</summary>
    public string? AsConda { get; init; }

    public bool Md5 { get; init; }

    public bool Sha256 { get; init; }

    public bool NoBuilds { get; init; }

    /// <summary>For runs of a store.</summary>
    public required RunExportArguments Run { get; init; }
}

/// <summary>Does what <c>firn export</c> was asked for.</summary>
internal sealed class ExportRunner(CommandContext context)
{
    public int Run(ExportArguments arguments)
    {
        Check(arguments);
        if (ExportFormats.IsOfRun(arguments.Format))
        {
            return new RunExporter(context).Run(arguments);
        }

        context.Console.Output.Write(Export(arguments));
        return ExitCodes.Done;
    }

    private string Export(ExportArguments arguments)
    {
        var file = arguments is { Source: { } source, CondaName: null }
            ? CaptureLocator.FindFile(source, context.SystemContext)
            : null;
        if (file is not null)
        {
            return FromCapture(CaptureReader.ReadFile(file), arguments);
        }

        if (arguments is { Source: { } text, CondaName: null } && ArchiveReference.NamesRun(text, arguments.Run.Store, context.SystemContext))
        {
            var store = Store.Open(arguments.Run.Store).InProject(arguments.Run.Project());
            return FromCapture(new RunLoader(store).LoadCapture(AnalysisReference.Parse(text)), arguments);
        }

        return arguments.Format switch
        {
            ExportFormats.Pip => new PipExport(context).FromEnvironment(
                arguments.Source, arguments.CondaName, arguments.Pip),
            ExportFormats.Conda or ExportFormats.Explicit or ExportFormats.EnvironmentYaml => FromCondaPrefix(arguments),
            _ => FromNewCapture(arguments),
        };
    }

    private static string FromCapture(CaptureDocument document, ExportArguments arguments)
    {
        var capture = document.Capture;
        return arguments.Format switch
        {
            ExportFormats.Pip => PipExport.FromCapture(capture, arguments.Pip),
            // From the document itself, so that fields of a newer firn are kept.
            ExportFormats.Json => Encoding.UTF8.GetString(CanonicalJson.Write(document.Source)),
            ExportFormats.Requirements => RequirementsExport.Write(capture),
            ExportFormats.CycloneDx => CycloneDxExport.Write(capture),
            _ => FromCondaFacts(capture, arguments),
        };
    }

    private string FromNewCapture(ExportArguments arguments)
    {
        var request = new InspectionRequest { Environment = arguments.Source, CondaName = arguments.CondaName };
        var capture = new EnvironmentInspector(context.SystemContext).Inspect(request).Capture;
        ProblemWriter.Write(context.Console.Error, capture.Problems);
        return arguments.Format switch
        {
            ExportFormats.Json => Encoding.UTF8.GetString(CaptureWriter.Write(capture)),
            ExportFormats.Requirements => RequirementsExport.Write(capture),
            _ => CycloneDxExport.Write(capture),
        };
    }

    private static string FromCondaFacts(Capture capture, ExportArguments arguments)
    {
        if (capture.Conda is not { } conda)
        {
            throw NoConda(capture.Environment.Prefix);
        }

        var release = CondaRelease.Parse(arguments.AsConda ?? conda.Release);
        var export = CondaExport.OfCapture(conda, capture.Environment.Prefix, release);
        return Write(export, capture.Environment.CondaName, arguments);
    }

    /// <summary>conda's formats need no interpreter: a prefix with nothing but records will do.</summary>
    private string FromCondaPrefix(ExportArguments arguments)
    {
        var folder = arguments is { Source: { } source, CondaName: null }
            ? Path.GetFullPath(source, context.SystemContext.CurrentDirectory)
            : null;
        var path = folder is not null && CondaPrefixReader.IsPrefix(folder)
            ? Path.TrimEndingDirectorySeparator(folder)
            : EnvironmentLocator.Locate(arguments.Source, arguments.CondaName, context.SystemContext).Prefix;
        if (!CondaPrefixReader.IsPrefix(path))
        {
            throw NoConda(path);
        }

        var problems = new List<Problem>();
        var prefix = CondaPrefixReader.Read(path, problems);
        var release = arguments.AsConda is { } version ? CondaRelease.Parse(version) : CondaReleaseFinder.Find(prefix, context.SystemContext);
        var export = CondaExport.OfPrefix(prefix, release, context.SystemContext, problems);
        ProblemWriter.Write(context.Console.Error, problems);
        return Write(export, Firn.Python.Environments.CondaPrefixMarkers.NameOf(path), arguments);
    }

    private static string Write(CondaExport export, string? name, ExportArguments arguments) => arguments.Format switch
    {
        ExportFormats.Conda => export.List(),
        ExportFormats.EnvironmentYaml => export.EnvironmentYaml(name, withBuilds: !arguments.NoBuilds),
        _ => export.Explicit(
            arguments.Md5 ? ExplicitHashes.Md5 : arguments.Sha256 ? ExplicitHashes.Sha256 : ExplicitHashes.None),
    };

    private static void Check(ExportArguments arguments)
    {
        var isConda = arguments.Format
            is ExportFormats.Conda or ExportFormats.Explicit or ExportFormats.EnvironmentYaml;
        var wrong = arguments switch
        {
            { Md5: true, Sha256: true } => "--md5 and --sha256 exclude each other",
            { Format: not ExportFormats.Explicit } when arguments.Md5 || arguments.Sha256 =>
                "--md5 and --sha256 belong to --format explicit",
            { NoBuilds: true, Format: not ExportFormats.EnvironmentYaml } =>
                "--no-builds belongs to --format environment.yml",
            { AsConda: not null } when !isConda => "--as-conda belongs to conda's formats",
            { Format: not ExportFormats.Pip } when arguments.Pip.NeedEnvironment || arguments.Pip.Exclude.Count > 0 =>
                "pip's options belong to --format pip",
            { Format: not ExportFormats.RoCrate, Run.IsGiven: true } =>
                "-o, --license and --author belong to --format ro-crate",
            { Format: ExportFormats.RoCrate, Run.Folder: null } => "--format ro-crate writes a folder: name it with -o DIR",
            { CondaName: not null } when ExportFormats.IsOfRun(arguments.Format) => "-n names an environment, and the format is of a run",
            { Pip: { Paths.Count: > 0 } pip } when pip.Local || pip.User =>
                "--path excludes --local and --user, as in pip",
            _ => null,
        };
        if (wrong is not null)
        {
            throw new FirnException(wrong, "`firn export --help` shows which option belongs to which format", FailureKind.InvalidRequest);
        }
    }

    private static FirnException NoConda(string prefix) => new(
        $"{prefix} is not a conda environment: it has no conda-meta",
        "--format pip, requirements, json and cyclonedx work for every environment");
}

/// <summary>The options of <c>firn export</c> for runs of a store.</summary>
internal sealed class RunExportOptions
{
    private readonly Option<string?> _folder = new("--output", "-o")
    {
        Description = "ro-crate: the folder to write",
        HelpName = "DIR",
    };

    private readonly Option<string?> _license = new("--license")
    {
        Description = "ro-crate: the licence of what is in it, an SPDX id or a URL",
        HelpName = "LICENSE",
    };

    private readonly Option<string?> _author = new("--author") { Description = "ro-crate: who ran it", HelpName = "NAME" };
    private readonly StoreArguments _store = new(ofProject: true);

    public RunExportOptions()
    {
        _folder.RefuseEmpty();
        _license.RefuseEmpty();
        _author.RefuseEmpty();
    }

    public void AddTo(Command command)
    {
        command.Add(_folder);
        command.Add(_license);
        command.Add(_author);
        _store.AddTo(command);
    }

    public RunExportArguments Read(ParseResult parsed, CommandContext context) => new(
        parsed.GetValue(_folder), parsed.GetValue(_license), parsed.GetValue(_author), _store.PathIfAny(parsed, context),
        () => _store.Project(parsed, context));
}

/// <summary>What <c>firn export</c> takes for runs of a store.</summary>
/// <param name="Folder">Where a crate goes.</param>
/// <param name="License">An SPDX id or a URL.</param>
/// <param name="Author">Who ran it.</param>
/// <param name="Store">The store's folder, absolute.</param>
/// <param name="Project">Finds the project whose runs are meant.</param>
internal sealed record RunExportArguments(
    string? Folder, string? License, string? Author, string Store, Func<RunProject?> Project)
{
    /// <summary>Whether an option is given that only runs take.</summary>
    public bool IsGiven => Folder is not null || License is not null || Author is not null;
}

/// <summary>Exports a run of a store: as an RO-Crate, or as asimov's metadata.</summary>
internal sealed class RunExporter(CommandContext context)
{
    public int Run(ExportArguments arguments)
    {
        var options = arguments.Run;
        var reference = AnalysisReference.Parse(arguments.Source ?? throw new FirnException(
            $"--format {arguments.Format} is of a run, and none is named",
            $"`firn export SUBJECT/NAME --format {arguments.Format}`; `firn results list` lists the analyses",
            FailureKind.InvalidRequest));
        var store = Store.Open(options.Store).InProject(options.Project());
        var run = new RunLoader(store).Load(reference);
        if (arguments.Format == ExportFormats.Asimov)
        {
            context.Console.Output.Write(Encoding.UTF8.GetString(AsimovMetadata.Write(run)));
            return ExitCodes.Done;
        }

        using var cancellation = new CancellationBySignal();
        var folder = Path.GetFullPath(options.Folder!, context.SystemContext.CurrentDirectory);
        var crate = new CrateOptions(options.License, options.Author);
        var written = new CrateExporter(store).Write(run, folder, crate, cancellation.Token);
        var files = written.All;
        var size = SizeText.Of(files.Sum(static file => file.Size));
        context.Console.Output.WriteLine(TerminalText.Clean(
            $"{run.Reference} as an RO-Crate: {CountText.Of(files.Count, "file")} ({size}) -> {folder}"));
        foreach (var name in written.LeftOut)
        {
            context.Console.Error.WriteLine($"warning: {TerminalText.Clean($"left out {name}: {SecretFiles.Reason}")}");
        }

        if (options.License is null)
        {
            context.Console.Error.WriteLine("warning: the crate states no licence; --license MIT, or a URL, does");
        }

        return ExitCodes.Done;
    }
}
