using System.Text;
using Firn.Analyses.Exports;
using Firn.Captures;
using Firn.Captures.Archives.Locating;
using Firn.Captures.Exports;
using Firn.Captures.Json;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Conda;
using Firn.Python.Environments;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Cli.Commands;

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
            ? CaptureSource.FindFile(source, context.Surroundings)
            : null;
        if (file is not null)
        {
            return FromCapture(CaptureReader.ReadFile(file), arguments);
        }

        if (arguments is { Source: { } text, CondaName: null } && ArchiveReference.NamesRun(text, arguments.Run.Store, context.Surroundings))
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
        var capture = new EnvironmentInspector(context.Surroundings).Inspect(request).Capture;
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
            ? Path.GetFullPath(source, context.Surroundings.CurrentDirectory)
            : null;
        var path = folder is not null && CondaPrefixReader.IsPrefix(folder)
            ? Path.TrimEndingDirectorySeparator(folder)
            : EnvironmentLocator.Locate(arguments.Source, arguments.CondaName, context.Surroundings).Prefix;
        if (!CondaPrefixReader.IsPrefix(path))
        {
            throw NoConda(path);
        }

        var problems = new List<Problem>();
        var prefix = CondaPrefixReader.Read(path, problems);
        var release = arguments.AsConda is { } version ? CondaRelease.Parse(version) : CondaReleaseFinder.Find(prefix, context.Surroundings);
        var export = CondaExport.OfPrefix(prefix, release, context.Surroundings, problems);
        ProblemWriter.Write(context.Console.Error, problems);
        return Write(export, Python.Environments.CondaPrefix.NameOf(path), arguments);
    }

    private static string Write(CondaExport export, string? name, ExportArguments arguments) => arguments.Format switch
    {
        ExportFormats.Conda => export.List(),
        ExportFormats.EnvironmentYaml => export.EnvironmentYaml(name, withBuilds: !arguments.NoBuilds),
        _ => export.Explicit(
            arguments.Md5 ? CondaHashes.Md5 : arguments.Sha256 ? CondaHashes.Sha256 : CondaHashes.None),
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
            throw new FirnException(wrong, "`firn export --help` shows which option belongs to which format", ExitCodes.Usage);
        }
    }

    private static FirnException NoConda(string prefix) => new(
        $"{prefix} is no conda environment: it has no conda-meta",
        "--format pip, requirements, json and cyclonedx work for every environment");
}
