using System.Collections.Immutable;
using System.Text;
using Firn.Archives;
using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Captures.Exports;
using Firn.Captures.Inspecting;
using Firn.Common;
using Firn.Common.Json;
using Firn.Conda.Listings;
using Firn.Conda.Prefixes;
using Firn.Projects;
using Firn.Python;
using Firn.Python.Discovery;
using Firn.Python.Environments;
using Firn.Python.Pip;
using Firn.Python.Versions;
using Firn.Reports.Exports;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Workflows;

/// <summary>What to export, and in which format.</summary>
public sealed record ExportEnvironmentRequest
{
    /// <summary>
    /// A capture's folder or its <c>environment.json</c>, an environment (a prefix or a python executable), or a run
    /// <c>SUBJECT/NAME[@N]</c> of the store; <see langword="null"/> for the environment that the variables point to.
    /// </summary>
    public string? Source { get; init; }

    /// <summary>In its place, the name of a conda environment.</summary>
    public string? CondaName { get; init; }

    /// <summary>The format.</summary>
    public required ExportFormat Format { get; init; }

    /// <summary>For <see cref="ExportFormat.Pip"/>.</summary>
    public PipExportOptions Pip { get; init; } = new();

    /// <summary>For conda's formats: the release of conda to follow; <see langword="null"/> for the environment's own.</summary>
    public string? CondaVersion { get; init; }

    /// <summary>For <see cref="ExportFormat.Explicit"/>: the digests behind the URLs.</summary>
    public ExplicitHashes Hashes { get; init; }

    /// <summary>For <see cref="ExportFormat.EnvironmentYaml"/>: versions without builds.</summary>
    public bool WithoutBuilds { get; init; }

    /// <summary>The store's folder; <see langword="null"/> for <c>FIRN_STORE</c>, else the project's, else the user's own, if there is one.</summary>
    public string? Store { get; init; }

    /// <summary>
    /// The folder of the project whose store and runs are meant; <see langword="null"/> for the one with <c>firn.yaml</c>, the
    /// current one or above.
    /// </summary>
    public string? Project { get; init; }

    /// <summary>Whether a run that is named without its number may be another project's.</summary>
    public bool IsOfAllProjects { get; init; }
}

/// <summary>In which format an environment is exported.</summary>
public enum ExportFormat
{
    /// <summary>What <c>pip freeze</c> prints.</summary>
    Pip,

    /// <summary>Requirements that install anywhere.</summary>
    Requirements,

    /// <summary>What <c>conda list --export</c> prints.</summary>
    Conda,

    /// <summary>What <c>conda list --explicit</c> prints.</summary>
    Explicit,

    /// <summary>What <c>conda env export</c> prints.</summary>
    EnvironmentYaml,

    /// <summary>The capture's own document, <c>environment.json</c>.</summary>
    Json,

    /// <summary>A CycloneDX 1.6 bill of materials.</summary>
    CycloneDx,
}

/// <summary>The options of <c>pip freeze</c>; of a capture none but <see cref="Exclude"/> is known.</summary>
public sealed record PipExportOptions
{
    /// <summary>Folders that alone are listed, whatever the environment; none for the environment's own. Not with <see cref="Local"/> or <see cref="User"/>.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Whether pip, setuptools and wheel are listed too.</summary>
    public bool All { get; init; }

    /// <summary>Whether only what is in the virtual environment is listed.</summary>
    public bool Local { get; init; }

    /// <summary>Whether only what is in the user's site-packages is listed.</summary>
    public bool User { get; init; }

    /// <summary>Whether editable installs are left out.</summary>
    public bool ExcludeEditable { get; init; }

    /// <summary>Names that are left out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Files whose order and comments are kept.</summary>
    public IReadOnlyList<string> RequirementFiles { get; init; } = [];

    /// <summary>The pip release to follow, whose bytes are then kept, credentials included; <see langword="null"/> for the environment's own.</summary>
    public string? AsPip { get; init; }

    /// <summary><c>X.Y</c> of the Python that pip would run on; <see langword="null"/> for the environment's own.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>Whether anything is asked that only the environment itself can answer.</summary>
    public bool NeedsEnvironment =>
        Paths.Count > 0 || All || Local || User || ExcludeEditable || RequirementFiles.Count > 0
        || AsPip is not null || PythonVersion is not null;
}

/// <summary>An environment in one format.</summary>
/// <param name="Text">The text.</param>
public sealed record ExportEnvironmentResult(string Text)
{
    /// <summary>What was met in the environment; empty of a capture.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Whether the text holds credentials, as pip prints them: it is not to be published.</summary>
    public bool HasCredentials { get; init; }

    /// <summary>Whether credentials were removed from what pip would print.</summary>
    public bool LacksCredentials { get; init; }
}

/// <summary>Writes an environment, a capture, or the environment of a run in one format. Nothing is started or changed.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class ExportEnvironment(SystemContext systemContext)
{
    /// <summary>Exports it.</summary>
    /// <param name="request">What.</param>
    /// <exception cref="FirnException">There is no such environment, capture or run, or it has nothing of that format.</exception>
    public ExportEnvironmentResult Run(ExportEnvironmentRequest request)
    {
        if (request.Pip is { Paths.Count: > 0 } pip && (pip.Local || pip.User))
        {
            throw new ArgumentException("folders exclude what is local and what is the user's, as in pip", nameof(request));
        }

        var store = ProjectStore.LocateAnywhere(request.Store, request.Project, systemContext with { HomeProblem = null });
        var text = request.CondaName is null ? request.Source : null;
        if (text is not null && CaptureLocator.FindFile(text, systemContext) is { } file)
        {
            return FromCapture(CaptureReader.ReadFile(file), request);
        }

        if (text is not null && ArchiveReference.NamesRun(text, store, systemContext))
        {
            var project = request.IsOfAllProjects ? null : ProjectIdentity.Find(request.Project, systemContext);
            return FromCapture(
                new RunLoader(Store.Open(store).InProject(project)).LoadCapture(AnalysisReference.Parse(text)), request);
        }

        return request.Format switch
        {
            ExportFormat.Pip => new PipExport(systemContext).FromEnvironment(request.Source, request.CondaName, request.Pip),
            ExportFormat.Conda or ExportFormat.Explicit or ExportFormat.EnvironmentYaml => FromCondaPrefix(request),
            _ => FromNewCapture(request),
        };
    }

    private static ExportEnvironmentResult FromCapture(CaptureDocument document, ExportEnvironmentRequest request)
    {
        var capture = document.Capture;
        return new ExportEnvironmentResult(request.Format switch
        {
            ExportFormat.Pip => PipExport.FromCapture(capture, request.Pip),
            // From the document itself, so that fields of a newer firn are kept.
            ExportFormat.Json => Encoding.UTF8.GetString(CanonicalJson.Write(document.Source)),
            ExportFormat.Requirements => RequirementsExport.Write(capture),
            ExportFormat.CycloneDx => CycloneDxExport.Write(capture),
            _ => FromCondaFacts(capture, request),
        });
    }

    private ExportEnvironmentResult FromNewCapture(ExportEnvironmentRequest request)
    {
        var inspected = new InspectionRequest { Environment = request.Source, CondaName = request.CondaName };
        var capture = new EnvironmentInspector(systemContext).Inspect(inspected).Capture;
        var text = request.Format switch
        {
            ExportFormat.Json => Encoding.UTF8.GetString(CaptureWriter.Write(capture)),
            ExportFormat.Requirements => RequirementsExport.Write(capture),
            _ => CycloneDxExport.Write(capture),
        };
        return new ExportEnvironmentResult(text) { Problems = capture.Problems };
    }

    private static string FromCondaFacts(Capture capture, ExportEnvironmentRequest request)
    {
        if (capture.Conda is not { } conda)
        {
            throw NoConda(capture.Environment.Prefix);
        }

        var release = CondaRelease.Parse(request.CondaVersion ?? conda.Release);
        var export = CondaExport.OfCapture(conda, capture.Environment.Prefix, release);
        return Write(export, capture.Environment.CondaName, request);
    }

    /// <summary>conda's formats need no interpreter: a prefix with nothing but records will do.</summary>
    private ExportEnvironmentResult FromCondaPrefix(ExportEnvironmentRequest request)
    {
        var folder = request is { Source: { } source, CondaName: null }
            ? Path.GetFullPath(source, systemContext.CurrentDirectory)
            : null;
        var path = folder is not null && CondaPrefixReader.IsPrefix(folder)
            ? Path.TrimEndingDirectorySeparator(folder)
            : EnvironmentLocator.Locate(request.Source, request.CondaName, systemContext).Prefix;
        if (!CondaPrefixReader.IsPrefix(path))
        {
            throw NoConda(path);
        }

        var problems = new List<Problem>();
        var prefix = CondaPrefixReader.Read(path, problems);
        var release = request.CondaVersion is { } version ? CondaRelease.Parse(version) : CondaReleaseFinder.Find(prefix, systemContext);
        var export = CondaExport.OfPrefix(prefix, release, systemContext, problems);
        return new ExportEnvironmentResult(Write(export, CondaPrefixMarkers.NameOf(path), request)) { Problems = [.. problems] };
    }

    private static string Write(CondaExport export, string? name, ExportEnvironmentRequest request) => request.Format switch
    {
        ExportFormat.Conda => export.List(),
        ExportFormat.EnvironmentYaml => export.EnvironmentYaml(name, withBuilds: !request.WithoutBuilds),
        _ => export.Explicit(request.Hashes),
    };

    private static FirnException NoConda(string prefix) => new(
        $"{prefix} is not a conda environment: it has no conda-meta",
        $"{RequestSetting.Format} pip, requirements, json and cyclonedx work for every environment");
}

/// <summary>What <c>pip freeze</c> prints.</summary>
internal sealed class PipExport(SystemContext systemContext)
{
    /// <summary>The output for an environment, or for folders alone.</summary>
    public ExportEnvironmentResult FromEnvironment(string? environment, string? condaName, PipExportOptions arguments)
    {
        var problems = new List<Problem>();
        var options = BaseOptions(environment, condaName, arguments, problems) with
        {
            All = arguments.All,
            Local = arguments.Local,
            User = arguments.User,
            ExcludeEditable = arguments.ExcludeEditable,
            Exclude = [.. arguments.Exclude],
            RequirementFiles = [.. arguments.RequirementFiles.Select(FullPath)],
        };
        foreach (var file in options.RequirementFiles)
        {
            if (!File.Exists(file))
            {
                throw new FirnException($"there is no requirements file {file}", "pip fails here too: name one that exists");
            }
        }

        if (arguments.Paths.Count > 0)
        {
            options = options with { Paths = [.. arguments.Paths.Select(FullPath)] };
        }

        if (arguments.AsPip is { } version)
        {
            options = options with { PipVersion = CheckedVersion(version), IsDebianPip = false };
        }

        if (arguments.PythonVersion is { } python)
        {
            var (major, minor) = ParsePython(python);
            options = options with { Major = major, Minor = minor };
        }

        options = PipFreezeConfiguration.Apply(options, problems);
        return Freeze(options, keepsCredentials: arguments.AsPip is not null, problems);
    }

    /// <summary>The output that a capture holds, less the excluded names.</summary>
    public static string FromCapture(Capture capture, PipExportOptions arguments)
    {
        if (!capture.Environment.HasPython)
        {
            throw EnvironmentNotFound.WithoutPython(capture.Environment.Prefix);
        }

        if (arguments.NeedsEnvironment)
        {
            throw new FirnException(
                "a capture holds pip's output for that environment, with its own pip and no options but --exclude",
                "name the environment itself to use --path, --all, --local, --user, -r, --as-pip or --python-version",
                FailureKind.InvalidRequest);
        }

        var excluded = arguments.Exclude.Select(CanonicalName.Of).ToHashSet(StringComparer.Ordinal);
        var entries = capture.Freeze.Entries.Where(entry => !excluded.Contains(FreezeEntry.CanonicalNameOf(entry)));
        return new FreezeFacts(null, [.. entries]).ToText();
    }

    private PipFreezeOptions BaseOptions(
        string? environment, string? condaName, PipExportOptions arguments, List<Problem> problems)
    {
        if (environment is null && condaName is null && arguments.Paths.Count > 0)
        {
            // Folders alone: no interpreter is needed, and none is looked for.
            return new PipFreezeOptions { SearchPath = [], SystemContext = systemContext };
        }

        var located = EnvironmentLocator.Locate(environment, condaName, systemContext);
        var read = EnvironmentReader.Read(located, systemContext, problems);
        return read.HasPython ? EnvironmentFreeze.Options(read, systemContext) : throw EnvironmentNotFound.WithoutPython(read.Prefix);
    }

    private static ExportEnvironmentResult Freeze(PipFreezeOptions options, bool keepsCredentials, List<Problem> problems)
    {
        var catalog = new SearchPathCatalog();
        var clean = PipFreeze.Run(options with { KeepsCredentials = false }, catalog, problems).Text;
        var faithful = MayNameUrls(clean, options) ? PipFreeze.Run(options with { KeepsCredentials = true }, catalog, []).Text : clean;
        return new ExportEnvironmentResult(keepsCredentials ? faithful : clean)
        {
            Problems = [.. problems],
            HasCredentials = keepsCredentials && faithful != clean,
            LacksCredentials = !keepsCredentials && faithful != clean,
        };
    }

    /// <summary>
    /// Whether there can be a credential: behind <c>NAME @ </c>, <c>-e </c> or <c>-f </c>, or in a copied option line.
    /// An environment that came from an index alone has none, and is not listed twice.
    /// </summary>
    private static bool MayNameUrls(string text, PipFreezeOptions options) =>
        text.Contains(' ', StringComparison.Ordinal)
        || text.Contains('/', StringComparison.Ordinal)
        || !options.RequirementFiles.IsEmpty;

    private string FullPath(string path) => Path.GetFullPath(path, systemContext.CurrentDirectory);

    private static string CheckedVersion(string version) =>
        Pep440Version.Parse(version) is not null
            ? version
            : throw new FirnException($"'{version}' is not a version of pip", "give one such as 24.0", FailureKind.InvalidRequest);

    private static (int Major, int Minor) ParsePython(string version)
    {
        var parts = version.Split('.');
        return parts.Length is 2 or 3 && int.TryParse(parts[0], out var major) && int.TryParse(parts[1], out var minor)
            ? (major, minor)
            : throw new FirnException(
                $"'{version}' is not a version of Python", "give one such as 3.11", FailureKind.InvalidRequest);
    }
}
