using Firn.Cli.Output;
using Firn.Common;
using Firn.Restore;
using Firn.Captures.Archives.Locating;
using Firn.Restore.Planning;
using Firn.Restore.Results;
using Firn.Storage;

namespace Firn.Cli.Commands;

/// <summary>Runs <c>firn restore</c>: finds the archive, plans, restores, and says what was done.</summary>
internal sealed class RestoreRunner(CommandContext context)
{
    public int Run(RestoreArguments arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new FirnException("firn restore does not work on Windows", "use Linux, for example in WSL");
        }

        var store = Store.Open(arguments.Store);
        var archive = new ArchiveLocator(store, context.Surroundings).Locate(arguments.Capture);
        var prefix = Path.TrimEndingDirectorySeparator(
            Path.GetFullPath(arguments.Prefix!, context.Surroundings.CurrentDirectory));
        var plan = new RestorePlanner(store, context.Surroundings).Plan(archive, new RestoreRequest
        {
            Prefix = prefix,
            Links = arguments.Links,
            Python = arguments.Python,
        });
        Refuse(plan);
        using var cancellation = new CancellationTokenSource();
        var result = new Restorer(store, plan, TimeProvider.System).Run(cancellation.Token);
        Write(plan, result);
        return ExitCodes.Done;
    }

    private void Write(RestorePlan plan, RestoreResult result)
    {
        var output = context.Console.Output;
        output.WriteLine(TerminalText.Clean(
            $"Restored {plan.Archive.Description} to {result.Prefix}: {result.Counts.Files:N0} files, {SizeText.Of(result.Counts.Bytes)}"));
        ProblemWriter.Write(context.Console.Error, result.Problems);
    }

    /// <summary>Says everything that stands in the way, and ends.</summary>
    private void Refuse(RestorePlan plan)
    {
        if (plan.Obstacles.IsEmpty)
        {
            return;
        }

        foreach (var obstacle in plan.Obstacles)
        {
            context.Console.Error.WriteLine(TerminalText.Clean($"  {obstacle}"));
        }

        throw new FirnException(
            $"cannot restore to {plan.Request.Prefix}: {CountText.Of(plan.Obstacles.Length, "obstacle")}", "nothing was written");
    }
}
