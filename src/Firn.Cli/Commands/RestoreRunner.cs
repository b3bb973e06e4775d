using Firn.Analyses.Projects;
using Firn.Captures.Archives.Locating;
using Firn.Captures.Verification;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Restore;
using Firn.Restore.Planning;
using Firn.Restore.Results;
using Firn.Restore.Staging;
using Firn.Storage;

namespace Firn.Cli.Commands;

/// <summary>Runs <c>firn restore</c>: finds the archive, plans, restores, verifies, and says what was done.</summary>
internal sealed class RestoreRunner(CommandContext context)
{
    private const int ShowEvery = 100;

    public int Run(RestoreArguments arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new FirnException("environments cannot be restored on Windows", "restore on Linux or macOS");
        }

        if (arguments.Prefix is null && arguments.Compiles)
        {
            throw new FirnException(
                "--compile needs --to PREFIX: a shared prefix is not written to", "add --to PREFIX", ExitCodes.Usage);
        }

        using var signals = new CancellationBySignal();
        try
        {
            var store = Store.Open(arguments.Store);
            var archive = new ArchiveLocator(store.InProject(ProjectMark.Find(null, context.Surroundings)), context.Surroundings)
                .Locate(arguments.Capture);
            return arguments.Prefix is { } prefix
                ? Restore(store, archive, arguments, FullPath(prefix), isShared: false, signals.Token)
                : RestoreShared(store, archive, arguments, signals.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new FirnException(
                "cancelled: nothing is left at the prefix", "the same command restores it", ExitCodes.Cancelled, exception);
        }
    }

    private int RestoreShared(
        Store store, LocatedArchive archive, RestoreArguments arguments, CancellationToken cancellation)
    {
        var environmentId = archive.Document.EnvironmentId;
        var prefix = new SharedPrefixes(context.Surroundings).PathOf(environmentId);
        if (!SharedPrefixes.IsReady(prefix))
        {
            using var right = SharedPrefixes.Lock(prefix, cancellation);
            if (!SharedPrefixes.IsReady(prefix))
            {
                return Restore(store, archive, arguments, prefix, isShared: true, cancellation);
            }
        }

        new RestoreReport(context.Console, arguments.AsJson).WriteThere(environmentId, prefix);
        return ExitCodes.Done;
    }

    private int Restore(
        Store store,
        LocatedArchive archive,
        RestoreArguments arguments,
        string prefix,
        bool isShared,
        CancellationToken cancellation)
    {
        var plan = new RestorePlanner(store, context.Surroundings).Plan(archive, new RestoreRequest
        {
            Prefix = prefix,
            Links = arguments.Links,
            Python = arguments.Python,
            IsReadOnly = isShared,
        });
        var report = new RestoreReport(context.Console, arguments.AsJson);
        if (!plan.Obstacles.IsEmpty)
        {
            report.WriteObstacles(plan);
            throw new FirnException(
                $"cannot restore to {prefix}: {CountText.Of(plan.Obstacles.Length, "obstacle")}",
                "nothing was written; mend what is named above and restore again");
        }

        var result = Write(new Restorer(store, plan, context.Surroundings, TimeProvider.System), plan, cancellation);
        if (arguments.Compiles && BytecodeCompiler.Compile(plan, cancellation) is { } problem)
        {
            result = result with { Problems = result.Problems.Add(problem) };
        }

        return Verify(plan, result, report, isShared, cancellation);
    }

    /// <summary>Captures the new prefix and compares; a shared one counts as made only where it is equal.</summary>
    private int Verify(
        RestorePlan plan, RestoreResult result, RestoreReport report, bool isShared, CancellationToken cancellation)
    {
        var verification = plan.Capture is { } capture
            ? RestoredEnvironmentVerifier.Verify(
                capture, plan.Archive.Document, result.Prefix, context.Surroundings, readData: false, cancellation)
            : null;
        report.Write(plan, result, verification);
        if (verification is { AreEqual: false })
        {
            return ExitCodes.Different;
        }

        if (isShared)
        {
            SharedPrefixes.MarkVerified(result.Prefix);
        }

        return ExitCodes.Done;
    }

    private RestoreResult Write(Restorer restorer, RestorePlan plan, CancellationToken cancellation)
    {
        using var line = new ProgressLine(context.Console, TimeProvider.System, "restoring", plan.FileCount, plan.Size);
        using var timer = new Timer(
            _ => line.Update(restorer.Counts.Files, restorer.Counts.Bytes, 0), null, ShowEvery, ShowEvery);
        return restorer.Run(cancellation);
    }

    private string FullPath(string prefix) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(prefix, context.Surroundings.CurrentDirectory));
}
