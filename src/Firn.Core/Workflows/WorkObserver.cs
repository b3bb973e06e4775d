using System.Collections.Immutable;
using Firn.Archives.Bundling;
using Firn.Common;
using Firn.Creation.Packages;

namespace Firn.Workflows;

/// <summary>Is told how far a workflow is, and what its user should know before it ends.</summary>
public interface IWorkObserver
{
    /// <summary>A step begins that may take long.</summary>
    /// <param name="step">What is done.</param>
    /// <param name="total">How much there is to do; a count of 0 is not known beforehand.</param>
    /// <param name="progress">How much of it is done; may be asked at any time, from any thread, until the step ends.</param>
    /// <returns>Is disposed when the step ends; <see langword="null"/> where nobody wants to know.</returns>
    public IDisposable? Begin(WorkStep step, WorkCounts total, Func<WorkCounts> progress);

    /// <summary>Something that the user should know now. Several threads may tell at once.</summary>
    public void Tell(WorkNotice notice);
}

/// <summary>What a workflow does for long.</summary>
public enum WorkStep
{
    /// <summary>An environment's files go into the store.</summary>
    Archiving,

    /// <summary>An environment's files come out of the store.</summary>
    Restoring,

    /// <summary>Packages are brought in, and an environment is made of them.</summary>
    Creating,

    /// <summary>The layers of an image are made.</summary>
    Assembling,

    /// <summary>Every byte of a store is read.</summary>
    Checking,

    /// <summary>Files go into the store as a run.</summary>
    Adding,

    /// <summary>Files of a run come out of the store.</summary>
    Fetching,

    /// <summary>An image's blobs are copied.</summary>
    Copying,
}

/// <summary>How much of a step.</summary>
/// <param name="Files">Files; while creating, packages.</param>
/// <param name="Bytes">Bytes.</param>
/// <param name="BytesAlreadyThere">Bytes that did not have to be written, because the store has them.</param>
/// <param name="FilesAlreadyThere">Files of which that is so, as far as it is counted.</param>
public readonly record struct WorkCounts(long Files, long Bytes, long BytesAlreadyThere = 0, long FilesAlreadyThere = 0);

/// <summary>How far a step is: one thread sets it, any may ask.</summary>
internal sealed class StepProgress
{
    private object _counts = default(WorkCounts);

    public void Set(WorkCounts counts) => Volatile.Write(ref _counts, counts);

    public WorkCounts Get() => (WorkCounts)Volatile.Read(ref _counts);
}

/// <summary>Steps whose progress the library counts itself.</summary>
internal static class WorkSteps
{
    /// <summary>Tells that archiving begins.</summary>
    public static IDisposable? Begin(this IWorkObserver? observer, ArchiveProgress progress) => observer?.Begin(
        WorkStep.Archiving,
        new WorkCounts(progress.FileCount, progress.Size),
        () => new WorkCounts(progress.Files, progress.Bytes, progress.There));
}

/// <summary>Something that the user of a workflow should know before it ends.</summary>
public abstract record WorkNotice
{
    private WorkNotice()
    {
    }

    /// <summary>The environment of a project is made from its files.</summary>
    /// <param name="Prefix">Where.</param>
    /// <param name="Files">From what.</param>
    public sealed record Making(string Prefix, IReadOnlyList<string> Files) : WorkNotice;

    /// <summary>Not everything was pinned: programs of this machine chose or build packages.</summary>
    /// <param name="Solvers">The programs that chose versions.</param>
    /// <param name="Built">What is built from source.</param>
    public sealed record Solved(ImmutableArray<string> Solvers, ImmutableArray<string> Built) : WorkNotice
    {
        /// <summary>What a plan says of it.</summary>
        internal static Solved Of(PlanningResult draft) =>
            new([.. new[] { draft.CondaSolver, draft.PythonSolver }.OfType<string>()], draft.Built);
    }

    /// <summary>What an environment that was made or restored on the way came with.</summary>
    /// <param name="Items">The problems.</param>
    public sealed record Met(IReadOnlyList<Problem> Items) : WorkNotice;

    /// <summary>Something of an analysis that is worth a line while it runs.</summary>
    /// <param name="Text">One line.</param>
    public sealed record Remark(string Text) : WorkNotice;

    /// <summary>Something is not as its user may think.</summary>
    /// <param name="Text">One line.</param>
    public sealed record Warning(string Text) : WorkNotice;

    /// <summary>A program that works for a workflow printed a line.</summary>
    /// <param name="Line">The line, without credentials.</param>
    public sealed record Output(string Line) : WorkNotice;

    /// <summary>A restore cannot begin; the workflow fails.</summary>
    /// <param name="EnvironmentId">The environment.</param>
    /// <param name="Prefix">Where it was to go.</param>
    /// <param name="Items">What is in the way, one line each.</param>
    public sealed record Obstacles(string EnvironmentId, string Prefix, ImmutableArray<MessageText> Items) : WorkNotice
    {
        /// <summary>Writes it as a document, <c>firn.restored/1</c>.</summary>
        /// <param name="stream">Where to.</param>
        /// <param name="word">The caller's words for properties of requests; <see langword="null"/> for the properties' names.</param>
        public void WriteJson(Stream stream, Func<RequestSetting, string>? word = null) => stream.Write(RestoredDocument.Write(this, word));
    }
}
