using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Creation.Inputs;
using Firn.Projects;
using Firn.Restore;
using Firn.Storage;
using Firn.Storage.Layout;

namespace Firn.Workflows;

/// <summary>
/// Finds the environment that a project chooses; one that is a capture is restored first, once for all, and one of locks
/// is made.
/// </summary>
/// <param name="systemContext">Variables, home and current folder.</param>
/// <param name="store">The store's folder.</param>
/// <param name="use">What becomes of an environment of locks that does not match them.</param>
/// <param name="observer">Is told what is made and what is met on the way, but not how far it is.</param>
/// <param name="interruption">Makes what ends a restore or a creation, for as long as that goes on.</param>
/// <param name="cancellation">Ends it where there is no <paramref name="interruption"/>.</param>
internal sealed class ProjectEnvironmentResolver(
    SystemContext systemContext,
    string store,
    LockedUse use = LockedUse.Make,
    IWorkObserver? observer = null,
    Func<CancellationTokenSource>? interruption = null,
    CancellationToken cancellation = default)
{
    private readonly Lock _lock = new();

    /// <summary>How a capture finds it.</summary>
    /// <exception cref="FirnException">A capture cannot be restored.</exception>
    public InspectionRequest Request(EnvironmentChoice? choice, Project project) => choice switch
    {
        _ when ImageOfContainer.Of(systemContext) is not null => new InspectionRequest { Environment = ImageOfContainer.Environment(systemContext) },
        { Kind: EnvironmentChoiceKind.Image } => throw ProjectEnvironment.OutsideOfImage(choice.Value),
        null => new InspectionRequest(),
        { Kind: EnvironmentChoiceKind.CondaName } => new InspectionRequest { CondaName = choice.Value },
        { Kind: EnvironmentChoiceKind.Capture } => new InspectionRequest { Environment = Restored(choice.Value, project) },
        { Kind: EnvironmentChoiceKind.Locks } => new InspectionRequest { Environment = Made(choice, project) },
        { Kind: EnvironmentChoiceKind.Python } when !choice.Value.Contains('/', StringComparison.Ordinal) =>
            new InspectionRequest { Environment = choice.Value },
        _ => OfPath(FullPath(choice.Value, project), project),
    };

    private InspectionRequest OfPath(string path, Project project) => new()
    {
        Environment = path,
        MissingHint = Path.Exists(path) ? null : LostEnvironment.Hint(path, store, systemContext, project.Folder),
    };

    /// <summary>The prefix of a capture or a run in the store, restored or mended where it is not proven to be that.</summary>
    /// <param name="text">A capture's file or folder, an environment id, or a run.</param>
    /// <param name="project">Its folder is what paths are relative to.</param>
    /// <exception cref="FirnException">It is not archived, or cannot be restored.</exception>
    public string Restored(string text, Project project)
    {
        lock (_lock)
        {
            using var interrupted = interruption?.Invoke();
            var result = Restorer(project).Run(RequestOf(text), observer is null ? null : new WordsAlone(observer), interrupted?.Token ?? cancellation);
            observer?.Met(result.Problems);
            return result.IsEqual != false
                ? result.Prefix
                : throw new FirnException(
                    $"the environment {result.EnvironmentId} does not match its capture", $"`firn restore {text}` shows how", FailureKind.Different);
        }
    }

    /// <summary>What of a prefix that <see cref="Restored"/> gave is not as archived any more, after something ran in it.</summary>
    public IReadOnlyList<Problem> ChangesOf(string text, Project project, string prefix) =>
        Restorer(project).ChangesOf(RequestOf(text), prefix, CancellationToken.None);

    private RestoreEnvironmentRequest RequestOf(string text) => new() { Capture = text, Store = store };

    private RestoreEnvironment Restorer(Project project) => new(systemContext with { CurrentDirectory = project.Folder });

    private string Made(EnvironmentChoice choice, Project project)
    {
        lock (_lock)
        {
            return new LockedEnvironment(systemContext, store, observer, interruption).Make(choice, project, use, cancellation);
        }
    }

    private string FullPath(string path, Project project) => Path.GetFullPath(
        PythonPaths.ExpandUser(path, systemContext.HomeDirectory), project.Folder);
}

/// <summary>What becomes of an environment of locks that is missing, or was made from other ones.</summary>
internal enum LockedUse
{
    /// <summary>It is made anew.</summary>
    Make,

    /// <summary>The one that is there is taken, whatever it was made from.</summary>
    AsItIs,

    /// <summary>It is refused, and nothing is changed.</summary>
    OnlyCurrent,
}

/// <summary>
/// The environment that a project makes from its locks. What it was made from is noted beside it, so that it is made anew
/// when the files change, and by one process of several.
/// </summary>
internal sealed class LockedEnvironment(
    SystemContext systemContext, string store, IWorkObserver? observer, Func<CancellationTokenSource>? interruption)
{
    private const string NoteEnding = ".inputs";

    /// <summary>The prefix, made or replaced where it does not match.</summary>
    /// <param name="choice">What <c>firn.yaml</c> says.</param>
    /// <param name="project">Its folder is what paths are relative to.</param>
    /// <param name="use">What becomes of one that is missing or does not match.</param>
    /// <param name="cancellation">Ends it where there is no interruption.</param>
    /// <exception cref="FirnException">It cannot be made, or is not there.</exception>
    public string Make(EnvironmentChoice choice, Project project, LockedUse use, CancellationToken cancellation)
    {
        var here = systemContext with { CurrentDirectory = project.Folder };
        var prefix = Path.TrimEndingDirectorySeparator(
            Path.GetFullPath(PythonPaths.ExpandUser(choice.Value, here.HomeDirectory), project.Folder));
        var digest = InputDigest.Of(choice.Files, choice.Python, here).ToString();
        if (IsMade(prefix, digest))
        {
            return prefix;
        }

        if (use != LockedUse.Make)
        {
            var isThere = Directory.Exists(prefix);
            return isThere && use == LockedUse.AsItIs
                ? prefix
                : throw new FirnException(
                    isThere
                        ? $"the environment {prefix} was made from other files than {string.Join(", ", choice.Files)} are now"
                        : $"the environment of {string.Join(", ", choice.Files)} is not made yet",
                    $"`firn build` makes it{(isThere ? " anew and accepts it, or put the files back" : string.Empty)}");
        }

        var state = Path.Join(project.Folder, Project.StateFolder);
        if (RealPath.IsWithin(prefix, state))
        {
            UnlinkedPath.Of(project.Folder, Path.GetRelativePath(project.Folder, prefix));
        }

        using var interrupted = interruption?.Invoke();
        cancellation = interrupted?.Token ?? cancellation;
        using var right = SharedPrefixes.Lock(prefix, cancellation);
        if (!IsMade(prefix, digest))
        {
            Create(choice, prefix, here, cancellation);
            using var note = AtomicFile.Stage(prefix + NoteEnding, System.Text.Encoding.ASCII.GetBytes(digest));
            note.Place();
        }

        return prefix;
    }

    private void Create(EnvironmentChoice choice, string prefix, SystemContext here, CancellationToken cancellation)
    {
        observer?.Tell(new WorkNotice.Making(prefix, choice.Files));
        var result = new CreateEnvironment(here).Run(
            new CreateEnvironmentRequest
            {
                Files = choice.Files,
                Prefix = prefix,
                Store = store,
                Python = choice.Python,
                Updates = true,
            },
            observer is null ? null : new WordsAlone(observer),
            cancellation);
        observer?.Met(result.Problems);
    }

    private static bool IsMade(string prefix, string digest) =>
        Directory.Exists(prefix)
        && BoundedFile.ReadText(prefix + NoteEnding, 1024) == digest;
}

/// <summary>Passes words on, and not how far something is: what is done on the way is not what was asked for.</summary>
internal sealed class WordsAlone(IWorkObserver observer) : IWorkObserver
{
    public IDisposable? Begin(WorkStep step, WorkCounts total, Func<WorkCounts> progress) => null;

    public void Tell(WorkNotice notice) => observer.Tell(notice);
}

/// <summary>What brings back an environment of a project that has gone.</summary>
internal static class LostEnvironment
{
    /// <summary>The command that restores what the last run of the project had there; <see langword="null"/> where the store has none.</summary>
    /// <param name="prefix">Where it was, absolute.</param>
    /// <param name="store">The store's folder.</param>
    /// <param name="systemContext">The current folder.</param>
    /// <param name="project">The project's folder.</param>
    public static string? Hint(string prefix, string store, SystemContext systemContext, string project)
    {
        if (!File.Exists(Path.Join(store, StoreLayout.Description)))
        {
            return null;
        }

        var opened = Store.Open(store).InProject(ProjectIdentity.Find(project, systemContext));
        (DateTimeOffset Created, string Reference)? last = null;
        foreach (var runs in new StoreListing(opened).Analyses(isOfProject: true))
        {
            if (runs.Last()?.Record is { } run && !(run.Created < last?.Created)
                && run.RanIn is { Archive: not null, Capture: { } capture } && opened.Files.Contains(capture)
                && CaptureReader.Read(opened, capture).Capture.Environment.Prefix == prefix)
            {
                last = (run.Created, runs.Reference);
            }
        }

        var place = Path.GetRelativePath(systemContext.CurrentDirectory, prefix);
        return last is { Reference: var reference }
            ? $"`firn restore {reference} --to {(place.StartsWith("..", StringComparison.Ordinal) ? prefix : place)}` brings back that of the last run"
            : null;
    }
}
