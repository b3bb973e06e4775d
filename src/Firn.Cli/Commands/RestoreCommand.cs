using System.CommandLine;
using Firn.Archives;
using Firn.Archives.Verification;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Projects;
using Firn.Restore;
using Firn.Restore.Planning;
using Firn.Restore.Unpacking;
using Firn.Storage;

namespace Firn.Cli.Commands;

/// <summary><c>firn restore</c>: brings an archived environment back.</summary>
internal static class RestoreCommand
{
    public static Command Create(CommandContext context)
    {
        var capture = new Argument<string>("CAPTURE")
        {
            Description = "A capture (its folder or environment.json), an environment id or the start of its digits, or a "
                + "run SUBJECT/NAME[@N]",
        };
        capture.RefuseOptions();
        var prefix = new Option<string?>("--to")
        {
            Description = "The new prefix: a folder that is empty or does not exist. Default: one read-only prefix per "
                + "environment id, shared by all analyses",
            HelpName = "PREFIX",
        };
        prefix.RefuseEmpty();
        var link = new Option<bool>("--link")
        {
            Description = "Make hard links to a cache of unpacked bundles instead of copies",
        };
        var compile = new Option<bool>("--compile") { Description = "Make the bytecode that is not in the archive" };
        var python = new Option<string?>("--python")
        {
            Description = "The Python under a restored virtual environment, in place of the archived one",
            HelpName = "EXE",
        };
        python.RefuseEmpty();
        var readData = new Option<bool>("--read-data")
        {
            Description = "Read and compare every byte that was proven by an earlier restore: of the shared prefix, of the "
                + "cache with --link, and of what was restored",
        };
        var json = new Option<bool>("--json") { Description = "Print what was done as a document" };
        var store = new StoreArguments();
        var command = new ExampleCommand(
            "restore",
            "Bring an archived environment back, at any path, without an index and without a network. It is made beside "
            + "PREFIX and renamed when it is whole, then verified. Exit code 3 where it differs from the capture.",
            "firn restore capture --to /data/envs/study")
        {
            capture, prefix, link, compile, python, readData, json,
        };
        store.AddTo(command);
        command.SetAction(parsed => new RestoreRunner(context).Run(new RestoreArguments(
            parsed.GetRequiredValue(capture),
            parsed.GetValue(prefix),
            store.Path(parsed, context),
            parsed.GetValue(link),
            parsed.GetValue(compile),
            parsed.GetValue(python),
            parsed.GetValue(readData),
            parsed.GetValue(json))));
        return command;
    }
}

/// <summary>The arguments of <c>firn restore</c>.</summary>
/// <param name="Capture">A capture's file or folder, an environment id, or a run.</param>
/// <param name="Prefix">Where to; <see langword="null"/> for the shared prefix of the environment id.</param>
/// <param name="Store">The store's folder, absolute.</param>
/// <param name="Links">Whether files are hard links into the cache of unpacked bundles.</param>
/// <param name="Compiles">Whether missing bytecode is made.</param>
/// <param name="Python">The Python under a virtual environment.</param>
/// <param name="ReadsData">Whether every byte is read that would else be taken as it was proven before.</param>
/// <param name="AsJson">Whether the result on standard output is a document.</param>
internal sealed record RestoreArguments(
    string Capture, string? Prefix, string Store, bool Links, bool Compiles, string? Python, bool ReadsData, bool AsJson);

/// <summary>Runs <c>firn restore</c>: finds the archive, plans, restores, verifies, and says what was done.</summary>
internal sealed class RestoreRunner(CommandContext context)
{
    private const int ShowEvery = 100;

    /// <summary>The prefix, when it is in its place.</summary>
    private string? _placed;

    public int Run(RestoreArguments arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new FirnException("environments cannot be restored on Windows", "restore on Linux or macOS");
        }

        if (arguments.Prefix is null && arguments.Compiles)
        {
            throw new FirnException(
                "--compile needs --to PREFIX: a shared prefix is not written to", "add --to PREFIX", FailureKind.InvalidRequest);
        }

        using var signals = new CancellationBySignal();
        try
        {
            var store = Store.Open(arguments.Store);
            var archive = Locate(store, arguments);
            return arguments.Prefix is { } prefix
                ? Restore(Plan(store, archive, arguments, FullPath(prefix)), store, arguments, [], signals.Token)
                : RestoreShared(store, archive, arguments, signals.Token).ExitCode;
        }
        catch (OperationCanceledException exception)
        {
            throw Cancelled(exception);
        }
    }

    /// <summary>The shared prefix of a capture, made or mended where it is not proven to be that.</summary>
    /// <exception cref="FirnException">It cannot be made, or came back different.</exception>
    public string SharedPrefix(RestoreArguments arguments)
    {
        using var signals = new CancellationBySignal();
        try
        {
            var store = Store.Open(arguments.Store);
            var archive = Locate(store, arguments);
            var (prefix, code) = RestoreShared(store, archive, arguments, signals.Token);
            return code != ExitCodes.Different
                ? prefix
                : throw new FirnException(
                    $"the environment {archive.Document.EnvironmentId} came back different",
                    $"`firn restore {arguments.Capture}` shows how",
                    FailureKind.Different);
        }
        catch (OperationCanceledException exception)
        {
            throw Cancelled(exception);
        }
    }

    /// <summary>What is not as archived in a shared prefix that was proven before something ran in it; empty where all is.</summary>
    /// <param name="arguments">The capture, and the store.</param>
    /// <param name="prefix">The prefix.</param>
    /// <param name="cancellation">Ends the look.</param>
    public IReadOnlyList<Problem> ChangesOf(RestoreArguments arguments, string prefix, CancellationToken cancellation)
    {
        var store = Store.Open(arguments.Store);
        var archive = Locate(store, arguments);
        var contents = PrefixProof.ContentsOf(archive.Document);
        var changes = new List<Problem>();
        if (!SharedPrefixes.IsProven(prefix, contents, cancellation))
        {
            // Bytecode that the run has written is no change; anything else is.
            new PrefixProver(store, archive, context.SystemContext).Prove(prefix, contents, changes, cancellation);
        }

        return changes;
    }

    private LocatedArchive Locate(Store store, RestoreArguments arguments) =>
        new ArchiveLocator(store.InProject(ProjectIdentity.Find(null, context.SystemContext)), context.SystemContext).Locate(arguments.Capture);

    private FirnException Cancelled(OperationCanceledException exception) => _placed is null
        ? new FirnException("cancelled: nothing was put at the prefix", "the same command restores it", FailureKind.Cancelled, exception)
        : new FirnException(
            $"cancelled: {_placed} was not compared to its end", "the same command compares it", FailureKind.Cancelled, exception);

    private (string Prefix, int ExitCode) RestoreShared(
        Store store, LocatedArchive archive, RestoreArguments arguments, CancellationToken cancellation)
    {
        var prefixes = new SharedPrefixes(context.SystemContext);
        var contents = PrefixProof.ContentsOf(archive.Document);
        while (true)
        {
            var prefix = prefixes.PathOf(archive.Document.EnvironmentId, contents);
            if (!arguments.ReadsData && SharedPrefixes.IsProven(prefix, contents, cancellation))
            {
                return (prefix, WriteThere(archive, arguments, prefix));
            }

            using var right = SharedPrefixes.Lock(prefix, cancellation);
            // Whoever had the right before may have made it, or another archive's in its place.
            if (prefixes.PathOf(archive.Document.EnvironmentId, contents) != prefix)
            {
                continue;
            }

            if (!arguments.ReadsData && SharedPrefixes.IsProven(prefix, contents, cancellation))
            {
                return (prefix, WriteThere(archive, arguments, prefix));
            }

            return (prefix, MakeShared(store, archive, arguments, prefix, contents, cancellation));
        }
    }

    /// <summary>
    /// Proves the prefix that is there by its bytes, or makes it. One that differs is replaced in one step, so that what runs
    /// in it finds every file at every time.
    /// </summary>
    private int MakeShared(
        Store store,
        LocatedArchive archive,
        RestoreArguments arguments,
        string prefix,
        Sha256Digest contents,
        CancellationToken cancellation)
    {
        var notes = new List<Problem>();
        if (Directory.Exists(prefix))
        {
            _placed = prefix;
            if (new PrefixProver(store, archive, context.SystemContext).Prove(prefix, contents, notes, cancellation))
            {
                return WriteThere(archive, arguments, prefix);
            }

            _placed = null;
            notes.Add(new Problem("prefix-changed", prefix, "the shared prefix is made again"));
        }

        var plan = Plan(store, archive, arguments, prefix, replaces: notes.Count > 0);
        var code = Restore(plan, store, arguments, notes, cancellation);
        if (code != ExitCodes.Different)
        {
            new PrefixProof(contents, PrefixProof.StateOf(prefix, cancellation)).Write(prefix);
        }

        return code;
    }

    private int WriteThere(LocatedArchive archive, RestoreArguments arguments, string prefix)
    {
        new RestoreReport(context.Console, arguments.AsJson).WriteThere(archive.Document.EnvironmentId, prefix);
        return archive.Document.LeftOut.Any(static file => file.IsMissed) ? ExitCodes.Partial : ExitCodes.Done;
    }

    private RestorePlan Plan(
        Store store, LocatedArchive archive, RestoreArguments arguments, string prefix, bool replaces = false) =>
        new RestorePlanner(store, context.SystemContext).Plan(archive, new RestoreRequest
        {
            Prefix = prefix,
            Links = arguments.Links,
            ReadsCache = arguments.ReadsData,
            Python = arguments.Python,
            IsReadOnly = arguments.Prefix is null,
            Replaces = replaces,
        });

    private int Restore(
        RestorePlan plan, Store store, RestoreArguments arguments, IReadOnlyList<Problem> notes, CancellationToken cancellation)
    {
        var prefix = plan.Request.Prefix;
        var report = new RestoreReport(context.Console, arguments.AsJson);
        if (!plan.Obstacles.IsEmpty)
        {
            ProblemWriter.Write(context.Console.Error, notes);
            report.WriteObstacles(plan);
            throw new FirnException(
                $"cannot restore to {prefix}: {CountText.Of(plan.Obstacles.Length, "obstacle")}",
                "nothing was written; mend what is named above and restore again");
        }

        var result = Write(new Restorer(store, plan, context.SystemContext, TimeProvider.System), plan, cancellation);
        _placed = prefix;
        if (arguments.Compiles && BytecodeCompiler.Compile(plan, cancellation) is { } problem)
        {
            result = result with { Problems = result.Problems.Add(problem) };
        }

        return Verify(plan, result with { Problems = result.Problems.InsertRange(0, notes) }, report, arguments.ReadsData, store, cancellation);
    }

    /// <summary>Captures the new prefix and compares; a shared one counts as made only where it is equal.</summary>
    private int Verify(
        RestorePlan plan, RestoreResult result, RestoreReport report, bool readsData, Store store, CancellationToken cancellation)
    {
        var verification = plan.Capture is { } capture
            ? RestoredEnvironmentVerifier.Verify(
                capture, plan.Archive.Document, result.Prefix, context.SystemContext, readsData, cancellation, store.Bundles)
            : null;
        report.Write(plan, result, verification);
        if (verification is { AreEqual: false })
        {
            return ExitCodes.Different;
        }

        return result.Problems.Any(BundleLinks.LeavesOut) ? ExitCodes.Partial : ExitCodes.Done;
    }

    private RestoreResult Write(Restorer restorer, RestorePlan plan, CancellationToken cancellation)
    {
        using var line = new ProgressLine(context.Console, TimeProvider.System, "restoring", plan.FileCount, plan.Size);
        using var timer = new Timer(
            _ => line.Update(restorer.Counts.Files, restorer.Counts.Bytes, 0), null, ShowEvery, ShowEvery);
        return restorer.Run(cancellation);
    }

    private string FullPath(string prefix) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(prefix, context.SystemContext.CurrentDirectory));
}
