using System.Collections.Immutable;
using Firn.Common;
using Firn.Restore.Caching;
using Firn.Restore.Finishing;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Restore.Writing;
using Firn.Storage;

namespace Firn.Restore;

/// <summary>
/// Carries out a plan: everything is written into a folder beside the prefix, for the prefix, and renamed at the end.
/// Whatever stops it, the prefix is whole or absent.
/// </summary>
/// <param name="store">Where the bundles are.</param>
/// <param name="plan">A plan without obstacles.</param>
/// <param name="systemContext">Tell where the cache of unpacked bundles is.</param>
/// <param name="clock">Tells when it was restored.</param>
internal sealed class Restorer(Store store, RestorePlan plan, SystemContext systemContext, TimeProvider clock)
{
    private readonly RestoreJournal _output = new();

    /// <summary>How far it is; another thread may look at it.</summary>
    public RestoreCounts Counts => _output.Counts;

    /// <summary>Restores.</summary>
    /// <param name="cancellation">Stops it, until the prefix is in its place.</param>
    /// <param name="finish">What only can be done at the prefix; where it fails, the prefix is again as it was.</param>
    /// <exception cref="FirnException">Something is damaged, or the disk refuses; nothing is left at the prefix.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left at the prefix.</exception>
    public RestoreResult Run(CancellationToken cancellation, Action<RestoreResult>? finish = null)
    {
        var request = plan.Request;
        using var staging = StagingFolder.Create(request.Prefix);
        using (var folders = new TreeFolders(staging.Path, request.Prefix))
        {
            Write(folders, cancellation);
        }

        cancellation.ThrowIfCancellationRequested();
        var result = new RestoreResult
        {
            Prefix = request.Prefix,
            Counts = Counts,
            Problems = [.. plan.Notes, .. _output.Problems],
        };
        if (!(request.Replaces ? staging.TryReplace(Finish) : staging.TryPlace(Finish)))
        {
            throw new FirnException(
                $"cannot restore to {request.Prefix}: another process has put something there", "look at what is there, or name another folder");
        }

        return result;

        void Finish() => finish?.Invoke(result);
    }

    private void Write(TreeFolders folders, CancellationToken cancellation)
    {
        var sources = new PackageSources(store, plan, systemContext, _output);
        UnpackWorkers.Run(plan.Jobs, sources.Choose(folders), cancellation);
        using var writer = new TreeWriter(folders, plan.Request.IsReadOnly);
        new ConflictResolver(store, plan, _output).Resolve(folders, cancellation);
        new InstallationWriter(plan, _output).Write(writer);
        var relocated = new RunPathRelocation(plan, _output).Relocate(folders, cancellation);
        relocated.AddRange(_output.Relocated);
        relocated.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        RestoreNoteWriter.Write(writer, plan, clock, relocated);
        new SymlinkWriter(plan, _output).Make(folders, writer);
        if (plan.Request.IsReadOnly)
        {
            ReadOnlyTree.Close(folders);
        }
    }
}

/// <summary>What a restore did.</summary>
internal sealed record RestoreResult
{
    /// <summary>The restored prefix, absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>How its files came there.</summary>
    public required RestoreCounts Counts { get; init; }

    /// <summary>What the user should know.</summary>
    public ImmutableArray<Problem> Problems { get; init; } = [];

    /// <summary>Whether the problem is of what was not archived, a link that leads out, or a file behind one: what was made is not whole.</summary>
    public static bool LeavesOut(Problem problem) => problem.Code is "link-leads-out" or "below-link" or "archive-incomplete";
}
