using Firn.Common;
using Firn.Projects;
using Firn.Runs.Comparing;
using Firn.Runs.Preparing;
using Firn.Storage;
using Firn.Storage.Layout;

namespace Firn.Workflows;

/// <summary>Tells of analyses whether they are built, run, changed since, failed or running. Nothing is written.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
public sealed class ReadStatus(SystemContext systemContext)
{
    /// <summary>Reads it.</summary>
    /// <param name="request">Of which analyses.</param>
    /// <param name="observer">Is told what is met on the way.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="FirnException">There is no project or no such analysis.</exception>
    public ProjectStatus Run(ProjectAnalysesRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var project = ProjectReader.Read(ProjectLocator.Require(request.Project, systemContext));
        var path = ProjectStore.Locate(request.Store, project, systemContext);
        var settings = new RunSettings
        {
            SystemContext = systemContext,
            Store = path,
            WithInterpreter = project.ArchivesInterpreter,
        };
        using var services = new RunServices(settings, RunServices.CacheOf(project), request.Signals, cancellation);
        var store = File.Exists(Path.Join(path, StoreLayout.Description)) ? Store.Open(path) : null;
        var reader = new StatusReader(
            settings, services.Preparer, new RunComparer(services.Digests, new SecretsDigest(mayMake: false)), store);
        var resolver = services.Resolver(LockedUse.AsItIs, observer);
        var selected = request.Analyses.Count == 0
            ? project.Analyses
            : [.. request.Analyses.Select(name => ProjectReader.Find(project, name))];
        return new ProjectStatus(
            project,
            [.. selected.Select(analysis => reader.Read(ProjectTask.Of(project, analysis, resolver), services.Signals.Token))]);
    }
}

/// <summary>How the analyses of a project stand.</summary>
public sealed record ProjectStatus
{
    internal ProjectStatus(Project project, IReadOnlyList<AnalysisStatus> analyses)
    {
        Project = project;
        Analyses = analyses;
    }

    /// <summary>Each analysis, in the order of the project's file.</summary>
    public IReadOnlyList<AnalysisStatus> Analyses { get; }

    /// <summary>Writes them as a document, <c>firn.status/1</c>.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="word">The caller's words for properties of requests; <see langword="null"/> for the properties' names.</param>
    public void WriteJson(Stream stream, Func<RequestSetting, string>? word = null) => stream.Write(StatusDocument.Write(Project, Analyses, word));

    /// <summary>The project.</summary>
    internal Project Project { get; }
}
