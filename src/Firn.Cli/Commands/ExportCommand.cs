using System.CommandLine;
using Firn.Captures;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Conda.Listings;
using Firn.Workflows;

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
        var pip = new PipExportArguments();
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
                Run = run.Read(parsed),
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

    /// <summary>The same for the library.</summary>
    public static ExportFormat Of(string format) => format switch
    {
        Pip => ExportFormat.Pip,
        Requirements => ExportFormat.Requirements,
        Conda => ExportFormat.Conda,
        Explicit => ExportFormat.Explicit,
        EnvironmentYaml => ExportFormat.EnvironmentYaml,
        Json => ExportFormat.Json,
        _ => ExportFormat.CycloneDx,
    };

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

    public required PipExportOptions Pip { get; init; }

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
        var result = new ExportEnvironment(context.SystemContext).Run(new ExportEnvironmentRequest
        {
            Source = arguments.Source,
            CondaName = arguments.CondaName,
            Format = ExportFormats.Of(arguments.Format),
            Pip = arguments.Pip,
            CondaVersion = arguments.AsConda,
            Hashes = arguments.Md5 ? ExplicitHashes.Md5 : arguments.Sha256 ? ExplicitHashes.Sha256 : ExplicitHashes.None,
            WithoutBuilds = arguments.NoBuilds,
            Store = arguments.Run.Store,
            Project = arguments.Run.Project,
            IsOfAllProjects = arguments.Run.IsOfAllProjects,
        });
        ProblemWriter.Write(context.Console.Error, result.Problems);
        if (result.HasCredentials)
        {
            context.Console.Error.WriteLine("warning: the output holds credentials, as pip prints them; do not publish it");
        }

        if (result.LacksCredentials)
        {
            context.Console.Error.WriteLine("warning: credentials were removed; --as-pip VERSION keeps pip's bytes");
        }

        return result.Text;
    }

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
            { Format: not ExportFormats.Pip } when arguments.Pip.NeedsEnvironment || arguments.Pip.Exclude.Count > 0 =>
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

    public RunExportArguments Read(ParseResult parsed) => new(
        parsed.GetValue(_folder), parsed.GetValue(_license), parsed.GetValue(_author), _store.Given(parsed),
        _store.GivenProject(parsed), _store.IsOfAllProjects(parsed));
}

/// <summary>What <c>firn export</c> takes for runs of a store.</summary>
/// <param name="Folder">Where a crate goes.</param>
/// <param name="License">An SPDX id or a URL.</param>
/// <param name="Author">Who ran it.</param>
/// <param name="Store">The store that was named.</param>
/// <param name="Project">The project's folder that was named.</param>
/// <param name="IsOfAllProjects">Whether runs of all projects are meant.</param>
internal sealed record RunExportArguments(
    string? Folder, string? License, string? Author, string? Store, string? Project, bool IsOfAllProjects)
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
        var request = new ExportRunRequest
        {
            Run = arguments.Source ?? throw new FirnException(
                $"--format {arguments.Format} is of a run, and none is named",
                $"`firn export SUBJECT/NAME --format {arguments.Format}`; `firn results list` lists the analyses",
                FailureKind.InvalidRequest),
            Store = options.Store,
            Project = options.Project,
            IsOfAllProjects = options.IsOfAllProjects,
        };
        var workflow = new ExportRun(context.SystemContext);
        if (arguments.Format == ExportFormats.Asimov)
        {
            context.Console.Output.Write(workflow.AsimovMetadata(request));
            return ExitCodes.Done;
        }

        using var cancellation = new CancellationBySignal(context.Cancelled);
        var crate = workflow.WriteCrate(request, options.Folder!, options.License, options.Author, cancellation.Token);
        context.Console.Output.WriteLine(TerminalText.Clean(
            $"{crate.Reference} as an RO-Crate: {CountText.Of(crate.FileCount, "file")} ({SizeText.Of(crate.ByteCount)}) -> {crate.Folder}"));
        foreach (var (name, reason) in crate.LeftOut)
        {
            context.Console.Error.WriteLine($"warning: {TerminalText.Clean($"left out {name}: {reason}")}");
        }

        if (options.License is null)
        {
            context.Console.Error.WriteLine("warning: the crate states no licence; --license MIT, or a URL, does");
        }

        return ExitCodes.Done;
    }
}
