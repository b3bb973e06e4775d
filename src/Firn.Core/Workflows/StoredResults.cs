using System.Collections.Immutable;
using Firn.Archives.Secrets;
using Firn.Common;
using Firn.Projects;
using Firn.Storage;
using Firn.Storage.Records;
using Firn.Storage.Results;

namespace Firn.Workflows;

/// <summary>The results of runs in a store: added, listed, fetched and forgotten.</summary>
/// <param name="systemContext">Variables, home and current folder.</param>
/// <param name="selection">
/// Which store, and whose runs; <see langword="null"/> for those that a command without options takes.
/// </param>
public sealed class StoredResults(SystemContext systemContext, StoreSelection? selection = null)
{
    private readonly StoreSelection _selection = selection ?? new StoreSelection();

    /// <summary>The analyses that have runs.</summary>
    /// <param name="selected">
    /// A subject, whose analyses are meant; or an analysis <c>SUBJECT/NAME</c>; <see langword="null"/> for all.
    /// </param>
    /// <exception cref="FirnException">There is no store or nothing of what is selected, or a record is damaged.</exception>
    public StoredAnalyses List(string? selected = null)
    {
        var store = Open();
        if (selected is null || !selected.Contains('/', StringComparison.Ordinal))
        {
            var analyses = new StoreListing(store).Analyses(selected, isOfProject: true);
            return selected is null || analyses.Count > 0
                ? new StoredAnalyses(store.Path, [.. analyses.Select(static runs => new StoredAnalysis(runs))])
                : throw AnalysisRuns.None(store.Path, selected);
        }

        var reference = AnalysisReference.ParseAnalysis(selected);
        var found = store.Runs(reference.Subject, reference.Name);
        return found.NewestFirst().Any() ? new StoredAnalyses(store.Path, [new StoredAnalysis(found)]) : throw AnalysisRuns.None(store.Path, selected);
    }

    /// <summary>The runs of an analysis, the newest first; forgotten ones are left out.</summary>
    /// <param name="analysis"><c>SUBJECT/NAME</c>.</param>
    /// <exception cref="FirnException">There is no store, or a record is damaged.</exception>
    public IReadOnlyList<StoredResult> Of(string analysis)
    {
        var reference = AnalysisReference.ParseAnalysis(analysis);
        return [.. Open().Runs(reference.Subject, reference.Name).NewestFirst()
            .Where(static run => run.Counts).Select(static run => new StoredResult(run))];
    }

    /// <summary>A record of an analysis.</summary>
    /// <param name="run"><c>SUBJECT/NAME@N</c>, a forgotten run or a tombstone too; without <c>@N</c> the last run that counts.</param>
    /// <exception cref="FirnException">There is no store or no such record, or a record is damaged.</exception>
    public StoredResult Find(string run)
    {
        var store = Open();
        var reference = AnalysisReference.Parse(run);
        var runs = store.Runs(reference.Subject, reference.Name);
        return new StoredResult(reference.Number is { } number ? runs.GetRecord(number) : runs.Get(null));
    }

    /// <summary>Keeps files as a run of an analysis, one of the project's; the store is made where there is none.</summary>
    /// <param name="request">Which files, and of what.</param>
    /// <param name="observer">Is told how far it is.</param>
    /// <param name="cancellation">Ends it; no run is recorded then.</param>
    /// <exception cref="FirnException">
    /// A file is not there or cannot be kept; with <see cref="FailureKind.Incomplete"/>, all files may hold secrets.
    /// </exception>
    public AddResultsResult Add(AddResultsRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        var analysis = AnalysisReference.ParseAnalysis(request.Analysis);
        var settings = _selection.Settings(systemContext);
        var project = _selection.RunProject(systemContext);
        var path = _selection.Locate(systemContext);
        if (request.Paths.Count == 0)
        {
            throw new FirnException(
                "no file is named", "name files or folders", FailureKind.InvalidRequest);
        }

        // The files are looked for first: a wrong name makes no store.
        var (selected, secret) = Select(analysis, request, settings, path, cancellation);
        var store = TrustedStores.OpenOrCreate(path, systemContext, TimeProvider.System).InProject(project);
        var progress = new StepProgress();
        AddedResults added;
        using (observer?.Begin(WorkStep.Adding, new WorkCounts(selected.Files.Count, selected.TotalSize), progress.Get))
        {
            added = new ResultAdder(store, TimeProvider.System).Add(
                analysis.Subject, analysis.Name, selected.Files, request.Status, state => progress.Set(Counts(state)), cancellation);
        }

        return new AddResultsResult
        {
            Run = new StoredResult(added.Run),
            Counts = Counts(added.Total),
            LeftOut = [.. selected.LeftOut.Select(static file => new ResultFileNote(file.Path, file.Reason))],
            Secret = request.WithSecrets ? [.. secret.Select(static file => new ResultFileNote(file.Path, SecretFiles.Reason))] : [],
        };
    }

    /// <summary>Writes files of a run, and compares every byte with its digest before a file gets its name.</summary>
    /// <param name="request">Which, and where to.</param>
    /// <param name="observer">Is told how far it is.</param>
    /// <param name="cancellation">Ends it; files that are written stay.</param>
    /// <returns>The files, in the order of their names.</returns>
    /// <exception cref="FirnException">
    /// There is no such run or file, one is there already, or the store is damaged; with
    /// <see cref="FailureKind.Different"/>, the file does not have the digest.
    /// </exception>
    public ImmutableArray<FetchedResult> Fetch(
        FetchResultsRequest request, IWorkObserver? observer = null, CancellationToken cancellation = default)
    {
        if (request is { Folder: not null, Target: not null })
        {
            throw new ArgumentException("a folder and a target are named", nameof(request));
        }

        var store = Open();
        var reference = AnalysisReference.Parse(request.Run);
        var hash = request.Hash is { } text ? ExpectedHash.Parse(text) : null;
        var runs = store.Runs(reference.Subject, reference.Name);
        var files = new RunFileFinder(runs).Find(reference.Number, request.Names);
        if (hash is not null && files.Count > 1)
        {
            throw new FirnException($"{RequestSetting.Hash} is one file's, and several are named", "fetch the file alone", FailureKind.InvalidRequest);
        }

        var targets = Targets(request, files);
        var progress = new StepProgress();
        using (observer?.Begin(WorkStep.Fetching, new WorkCounts(files.Count, files.Sum(static file => file.Resource.Size)), progress.Get))
        {
            Write(store, files, targets, hash, request.Overwrites, progress, cancellation);
        }

        return
        [
            .. files.Select((file, index) => new FetchedResult(
                new StoredResultFile(file.Resource.Name, file.Resource.Size, file.Resource.Digest),
                $"{runs.Reference}@{file.Number}",
                targets[index])),
        ];
    }

    /// <summary>Takes a run out, so that a collection frees what nothing else needs. Its record stays.</summary>
    /// <param name="run"><c>SUBJECT/NAME@N</c>, of whatever project.</param>
    /// <param name="cancellation">Ends it before the run is taken out, or the counting of what that frees.</param>
    /// <exception cref="FirnException">There is no store or no such run, no number is named, or a record is damaged.</exception>
    public ForgottenResult Forget(string run, CancellationToken cancellation = default)
    {
        var store = Store.Open(_selection.Locate(systemContext));
        var reference = AnalysisReference.Parse(run);
        var runs = store.Runs(reference.Subject, reference.Name);
        if (reference.Number is not { } number)
        {
            throw new FirnException(
                $"which run of {runs.Reference} is not said", $"name it: {runs.Reference}@N", FailureKind.InvalidRequest);
        }

        var found = runs.GetRecord(number);
        if (found.Record.IsTombstone)
        {
            throw new FirnException(
                $"{runs.Reference}@{number} is not a run: it forgets run {found.Record.Forgets}", $"`firn results list {runs.Reference}` lists the runs");
        }

        if (!found.IsForgotten)
        {
            runs.Append(RunRecord.Forgetting(found.Record, TimeProvider.System.GetUtcNow()), cancellation);
        }

        var forgotten = new ForgottenResult($"{runs.Reference}@{number}", found.IsForgotten, null, null);
        try
        {
            return forgotten with { Freed = FreedFiles.Of(store, found.Record, cancellation) };
        }
        catch (FirnException exception)
        {
            // It is forgotten all the same; gc will say the same of the damage.
            return forgotten with { Failure = exception };
        }
    }

    private static WorkCounts Counts(AddProgress progress) =>
        new(progress.Files, progress.Bytes, progress.BytesThere, progress.FilesThere);

    /// <summary>The files that are to be kept, and those among them that may hold secrets.</summary>
    private (ResultSelection Selection, IReadOnlyList<ResultSource> Secret) Select(
        AnalysisReference analysis, AddResultsRequest request, Project? project, string store, CancellationToken cancellation)
    {
        var selected = new ResultFileSelector(systemContext.CurrentDirectory, store).Find(request.Paths, cancellation);
        var finder = new SecretResults(project ?? new Project { Folder = systemContext.CurrentDirectory, Name = analysis.Subject });
        var secret = finder.Find(selected.Files);
        return (request.WithSecrets || secret.Count == 0 ? selected : Without(selected, secret), secret);
    }

    private static ResultSelection Without(ResultSelection selected, IReadOnlyList<ResultSource> secret)
    {
        var left = selected.Files.Except(secret).ToList();
        return left.Count > 0
            ? new ResultSelection(
                left, [.. selected.LeftOut, .. secret.Select(static file => new SkippedResult(file.Path, $"{SecretFiles.Reason}; {RequestSetting.WithSecrets} keeps it"))])
            : throw new FirnException(
                $"nothing is added: {secret[0].Path} {(secret.Count == 1 ? string.Empty : $"and {CountText.Of(secret.Count - 1, "other file")} ")}may hold passwords or tokens",
                $"name other files, or keep it with {RequestSetting.WithSecrets}",
                FailureKind.Incomplete);
    }

    /// <summary>As <c>cp</c> has it: a single file may get a new path, unless a folder is there.</summary>
    private List<string> Targets(FetchResultsRequest request, IReadOnlyList<FoundResource> files)
    {
        var target = request.Target;
        var folder = Path.GetFullPath(target ?? request.Folder ?? ".", systemContext.CurrentDirectory);
        var isFile = target is not null && request.Names.Count == 1 && files.Count == 1 && files[0].Resource.Name == request.Names[0]
            && !Path.EndsInDirectorySeparator(target) && !Directory.Exists(folder);
        return isFile ? [folder] : [.. files.Select(file => ResultFetcher.TargetIn(folder, file))];
    }

    private static void Write(
        Store store,
        IReadOnlyList<FoundResource> files,
        List<string> targets,
        ExpectedHash? hash,
        bool overwrites,
        StepProgress progress,
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
            progress.Set(new WorkCounts(i + 1, bytes));
        }
    }

    private Store Open() => _selection.Open(systemContext);
}
