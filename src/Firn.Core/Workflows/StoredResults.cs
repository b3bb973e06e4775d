using Firn.Archives.Secrets;
using Firn.Common;
using Firn.Projects;
using Firn.Storage;
using Firn.Storage.Records;
using Firn.Storage.Results;

namespace Firn.Workflows;

/// <summary>A run in the store.</summary>
public sealed record StoredResult
{
    internal StoredResult(RunRecord record) => Record = record;

    /// <summary><c>SUBJECT/NAME@N</c>.</summary>
    public string Reference => $"{Record.Subject}/{Record.Name}@{Record.Number}";

    /// <summary>Whether it succeeded.</summary>
    public RunStatus Status => Record.Status;

    /// <summary>When it was kept.</summary>
    public DateTimeOffset Created => Record.Created;

    /// <summary>Its files.</summary>
    public IReadOnlyList<StoredResultFile> Files =>
        [.. Record.Resources.Select(static resource => new StoredResultFile(resource.Name, resource.Size, resource.Digest))];

    /// <summary>The record.</summary>
    internal RunRecord Record { get; }
}

/// <summary>A file of a run in the store.</summary>
/// <param name="Name">Relative, with <c>/</c> between its parts.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Digest">Of its bytes.</param>
public sealed record StoredResultFile(string Name, long Size, Sha256Digest Digest);

/// <summary>The results of runs in a store: added, listed and fetched.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
/// <param name="store">The store's folder; <see langword="null"/> for <c>FIRN_STORE</c>, else the project's here or above, else the user's own.</param>
public sealed class StoredResults(SystemContext systemContext, string? store = null)
{
    private readonly string _path = ProjectStore.LocateAnywhere(store, null, systemContext);

    /// <summary>The runs of an analysis, the newest first; forgotten ones are left out.</summary>
    /// <param name="analysis"><c>SUBJECT/NAME</c>.</param>
    /// <exception cref="FirnException">There is no store, or a record is damaged.</exception>
    public IReadOnlyList<StoredResult> Of(string analysis)
    {
        var reference = AnalysisReference.ParseAnalysis(analysis);
        return [.. Store.Open(_path).Runs(reference.Subject, reference.Name).NewestFirst()
            .Where(static run => run.Counts).Select(static run => new StoredResult(run.Record))];
    }

    /// <summary>The analyses that have results, <c>SUBJECT/NAME</c>.</summary>
    /// <exception cref="FirnException">There is no store, or a record is damaged.</exception>
    public IReadOnlyList<string> Analyses() =>
        [.. new StoreListing(Store.Open(_path)).Analyses(null, isOfProject: false).Select(static runs => runs.Reference)];

    /// <summary>Keeps files as a run of an analysis; the store is made where there is none.</summary>
    /// <param name="analysis"><c>SUBJECT/NAME</c>.</param>
    /// <param name="paths">Files and folders.</param>
    /// <param name="status">How the run ended.</param>
    /// <param name="withSecrets">Whether files are kept whose names are those of passwords and tokens.</param>
    /// <param name="cancellation">Ends it; no run is recorded then.</param>
    /// <exception cref="FirnException">A file is not there or cannot be kept.</exception>
    public StoredResult Add(
        string analysis,
        IReadOnlyList<string> paths,
        RunStatus status = RunStatus.Succeeded,
        bool withSecrets = false,
        CancellationToken cancellation = default)
    {
        var reference = AnalysisReference.ParseAnalysis(analysis);
        // The files are looked for first: a wrong name makes no store.
        var (selection, _) = Select(reference, paths, null, withSecrets, cancellation);
        return new StoredResult(Add(reference, selection, status, null, static _ => { }, cancellation).Run.Record);
    }

    /// <summary>Writes files of a run into a folder, each under its name, and compares every byte with its digest.</summary>
    /// <param name="run"><c>SUBJECT/NAME@N</c>; without <c>@N</c> the newest run that has the file.</param>
    /// <param name="folder">The folder, made where it does not exist.</param>
    /// <param name="names">The files; none for all.</param>
    /// <param name="overwrites">Whether files that are there are replaced.</param>
    /// <param name="cancellation">Ends it between two files.</param>
    /// <returns>The files, absolute.</returns>
    /// <exception cref="FirnException">There is no such run or file, one is there already, or the store is damaged.</exception>
    public IReadOnlyList<string> Fetch(
        string run, string folder, IReadOnlyList<string>? names = null, bool overwrites = false, CancellationToken cancellation = default)
    {
        var reference = AnalysisReference.Parse(run);
        var opened = Store.Open(_path);
        var files = Find(opened, reference, names ?? []);
        var into = Path.GetFullPath(folder, systemContext.CurrentDirectory);
        var targets = files.Select(file => ResultFetcher.TargetIn(into, file)).ToList();
        Fetch(opened, files, targets, null, overwrites, static (_, _) => { }, cancellation);
        return targets;
    }

    /// <summary>The files that are to be kept, and those among them that may hold secrets.</summary>
    internal (ResultSelection Selection, IReadOnlyList<ResultSource> Secret) Select(
        AnalysisReference analysis, IReadOnlyList<string> paths, Project? project, bool withSecrets, CancellationToken cancellation)
    {
        var selection = new ResultFileSelector(systemContext.CurrentDirectory, _path).Find(paths, cancellation);
        var finder = new SecretResults(project ?? new Project { Folder = systemContext.CurrentDirectory, Name = analysis.Subject });
        var secret = finder.Find(selection.Files);
        return (withSecrets || secret.Count == 0 ? selection : Without(selection, secret), secret);
    }

    /// <summary>Keeps a selection as a run.</summary>
    internal AddedResults Add(
        AnalysisReference analysis,
        ResultSelection selection,
        RunStatus status,
        RunProject? project,
        Action<AddProgress> progress,
        CancellationToken cancellation) =>
        new ResultAdder(TrustedStores.OpenOrCreate(_path, systemContext, TimeProvider.System).InProject(project), TimeProvider.System)
            .Add(analysis.Subject, analysis.Name, selection.Files, status, progress, cancellation);

    /// <summary>The files of a run.</summary>
    internal static IReadOnlyList<FoundResource> Find(Store store, AnalysisReference reference, IReadOnlyList<string> names)
    {
        var runs = store.Runs(reference.Subject, reference.Name);
        var files = new RunFileFinder(runs).Find(reference.Number, names);
        return files.Count > 0
            ? files
            : throw new FirnException(
                $"the store has no results of {runs.Reference}", "`firn results list` lists the analyses, with --all-projects those of other projects too");
    }

    /// <summary>Writes files of a run to their targets.</summary>
    internal static void Fetch(
        Store store,
        IReadOnlyList<FoundResource> files,
        IReadOnlyList<string> targets,
        ExpectedHash? hash,
        bool overwrites,
        Action<int, long> progress,
        CancellationToken cancellation)
    {
        if (!overwrites)
        {
            ResultFetcher.CheckTargets(targets);
        }

        foreach (var folder in targets.Select(target => Path.GetDirectoryName(target)!).Distinct(StringComparer.Ordinal))
        {
            ExportedFile.Sweep(folder);
        }

        var fetcher = new ResultFetcher(store);
        long bytes = 0;
        for (var i = 0; i < files.Count; i++)
        {
            fetcher.Fetch(files[i], targets[i], hash, overwrites, cancellation);
            bytes += files[i].Resource.Size;
            progress(i + 1, bytes);
        }
    }

    private static ResultSelection Without(ResultSelection selection, IReadOnlyList<ResultSource> secret)
    {
        var left = selection.Files.Except(secret).ToList();
        return left.Count > 0
            ? new ResultSelection(
                left, [.. selection.LeftOut, .. secret.Select(static file => new SkippedResult(file.Path, $"{SecretFiles.Reason}; {RequestSetting.WithSecrets} keeps it"))])
            : throw new FirnException(
                $"nothing is added: {secret[0].Path} {(secret.Count == 1 ? string.Empty : $"and {CountText.Of(secret.Count - 1, "other file")} ")}may hold passwords or tokens",
                $"name other files, or keep it with {RequestSetting.WithSecrets}",
                FailureKind.Incomplete);
    }
}
